import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { Frame } from './frame/frame.tsx';
import { Home } from './frame/home.tsx';
import { Missing } from './frame/missing.tsx';
import { Open } from './frame/open.tsx';
import { pages } from './pages.ts';
import { Fault } from './pattern/fault.tsx';
import { Waiting } from './pattern/loaded.tsx';
import type { PageRow } from './row.ts';

const root = createRootRoute({ component: Outlet, notFoundComponent: Missing, errorComponent: Fault });

/** With a frame around them, for those who are signed in. */
const inside = createRoute({ getParentRoute: () => root, id: 'inside', component: Frame });
const outside = createRoute({ getParentRoute: () => root, id: 'outside', component: Open });

function routeOf<Parent extends typeof inside | typeof outside>(parent: Parent, { path, load }: PageRow) {
  return createRoute({
    getParentRoute: () => parent,
    path,
    component: lazyRouteComponent(load, 'Screen'),
    pendingComponent: Waiting,
    errorComponent: Fault,
  });
}

const home = createRoute({ getParentRoute: () => inside, path: '/', component: Home });
const bare = createRoute({
  getParentRoute: () => root,
  path: '/index.html',
  beforeLoad: () => {
    throw redirect({ to: '/' });
  },
});

const isOpen = ({ who }: PageRow): boolean => who === 'open';

/** Everything in the address is text; what it means is the page's to say. */
function readSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

function writeSearch(search: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(search).filter(([, value]) => value !== undefined && value !== '');
  const text = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString();
  return text === '' ? '' : `?${text}`;
}

export const router = createRouter({
  routeTree: root.addChildren([
    inside.addChildren([home, ...pages.filter((row) => !isOpen(row)).map((row) => routeOf(inside, row))]),
    outside.addChildren(pages.filter(isOpen).map((row) => routeOf(outside, row))),
    bare,
  ]),
  basepath: '/console',
  defaultPreload: 'intent',
  defaultPendingMs: 200,
  scrollRestoration: true,
  parseSearch: readSearch,
  stringifySearch: writeSearch,
});
