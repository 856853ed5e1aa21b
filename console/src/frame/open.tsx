import './open.css';
import { Outlet } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Mark } from './header.tsx';
import { Switches } from './switches.tsx';

/** Around pages for whoever is not signed in: the brand, the language, one sheet. */
export function Open(): ReactNode {
  return (
    <div className="open">
      <header>
        <a href="/" className="brand">
          <Mark /> <span>Hostpledge</span>
        </a>
        <div className="tools">
          <Switches />
        </div>
      </header>
      <main id="content">
        <Outlet />
      </main>
    </div>
  );
}
