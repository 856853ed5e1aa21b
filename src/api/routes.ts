import { accountRoutes } from './resources/account.ts';
import { hostRoutes } from './resources/hosts.ts';
import { planRoutes } from './resources/plans.ts';
import type { Route } from './route.ts';

/** Every route of the API. To add a resource: a file in `resources/` and a row here (docs/how-to/add-a-route.md). */
export const routes: readonly Route[] = [...accountRoutes, ...planRoutes, ...hostRoutes];
