import './look/tokens.css';
import './look/base.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queries } from './client/client.ts';
import { Design } from './look/design.tsx';
import { Notices } from './pattern/notice.tsx';
import { router } from './router.tsx';

// Schemas are read without `new Function`: the page's policy forbids it, and even a try would be told as a violation.
const schemas: { __zod_globalConfig?: object } = globalThis as object;
schemas.__zod_globalConfig = Object.assign(schemas.__zod_globalConfig ?? {}, { jitless: true });

// Days and months are reckoned by the centre's own code, which asks Temporal; older browsers have none.
if (!('Temporal' in globalThis)) await import('temporal-polyfill/global');

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <Design>
        <RouterProvider router={router} />
        <Notices />
      </Design>
    </QueryClientProvider>
  </StrictMode>,
);
