import { discard } from './body.ts';
import { answerFault } from './fault.ts';
import { sendFile, sendHot } from './file.ts';
import { sendListing } from './listing.ts';
import { hostName } from './name.ts';
import { closedPage, noHostPage, scriptlessPage, statusPage } from './page.ts';
import { type Place, placeOf } from './place.ts';
import { runScript } from './script.ts';
import type { Site, Sites } from './site.ts';
import { parseTarget, type Target } from './target.ts';
import type { Visit } from './visit.ts';
import type { WebWorld } from './world.ts';

/** How long a file in memory is believed to be the one on disk. */
const believeMs = 1000;

type Work = Promise<void> | void;

/** Answers one request. Most are done when this returns. */
export function route(world: WebWorld, sites: Sites, visit: Visit): Work {
  const { host: authority, target: url } = visit.request;
  if (authority === null) return bad(visit);
  // The likeliest request by far: a name as it was bound, a file that is in memory.
  const known = sites.named(authority);
  if (known !== undefined && url.startsWith('/')) {
    visit.host = authority;
    if (isElsewhere(sites, visit, known)) return misdirected(world, visit);
    return serve(world, known, visit, url);
  }
  const target = url.startsWith('/') ? null : parseTarget(url);
  if (target === null && !url.startsWith('/')) return bad(visit);
  const name = hostName(target?.authority ?? authority);
  if (name === null || hostName(authority) === null) return bad(visit);
  visit.host = name;
  const site = sites.named(name);
  if (isElsewhere(sites, visit, site)) return misdirected(world, visit);
  if (site !== undefined) return serve(world, site, visit, url);
  // Also a malformed path is answered so: there is nobody here to whom it could matter.
  return unhurried(world, visit, () => visit.answer(404, noHostPage(name)));
}

/** The handshake was with one host's name and certificate, the request is for something else (RFC 9110 §7.4). */
function isElsewhere(sites: Sites, { link }: Visit, asked: Site | undefined): boolean {
  const shaken = link.sni === null ? undefined : sites.named(link.sni);
  return shaken !== undefined && shaken !== asked;
}

function misdirected(world: WebWorld, visit: Visit): Work {
  return unhurried(world, visit, () => visit.answer(421, statusPage(421)));
}

function serve(world: WebWorld, site: Site, visit: Visit, url: string): Work {
  if (visit.request.expect !== '' && !visit.expects) return refuse(world, site, visit, 417);
  const { state } = site.spec;
  if (state.kind === 'closed') {
    return unhurried(world, visit, () => visit.answer(503, closedPage(state), ['Cache-Control', 'no-store']));
  }
  const mark = url.indexOf('?');
  const key = mark < 0 ? url : url.slice(0, mark);
  const hot = site.hot.get(key);
  const reads = visit.method === 'GET' || visit.method === 'HEAD';
  if (hot !== undefined && reads && !visit.hasBody && world.tick() - hot.checkedMs < believeMs) {
    return sendHot(world, visit, hot);
  }
  const target = parseTarget(url);
  if (target === null) return bad(visit);
  const place = placeOf(world.walk, site, target);
  if (place.kind === 'script') {
    if (visit.method === 'TRACE') return refuse(world, site, visit, 405);
    if (site.scriptless !== null) {
      return unhurried(world, visit, () =>
        visit.answer(503, scriptlessPage(), ['Cache-Control', 'no-store']),
      );
    }
    return runScript(world, visit, site, place, target.query);
  }
  if (!reads) return refuse(world, site, visit, 405);
  return unhurried(world, visit, () => still(world, site, visit, target, key, place));
}

/** Everything but scripts. */
function still(world: WebWorld, site: Site, visit: Visit, target: Target, key: string, place: Place): Work {
  if (place.kind === 'file') return file(world, site, visit, key, place);
  const hot = site.hot.get(key);
  if (hot !== undefined) world.hot.drop(hot);
  if (place.kind === 'redirect') {
    visit.answer(301, statusPage(301), ['Location', place.to]);
    return;
  }
  if (place.kind !== 'folder') return answerFault(world, visit, site, place.kind === 'missing' ? 404 : 403);
  if (!site.spec.settings.listFolders) return answerFault(world, visit, site, 403);
  return sendListing(visit, place.path, target.parts);
}

function file(
  world: WebWorld,
  site: Site,
  visit: Visit,
  key: string,
  place: Extract<Place, { kind: 'file' }>,
): Work {
  const hot = site.hot.get(key);
  if (hot !== undefined) {
    if (world.hot.isStill(hot, place.path, place.stat)) {
      hot.checkedMs = world.tick();
      return sendHot(world, visit, hot);
    }
    world.hot.drop(hot);
  }
  return sendFile(world, visit, site, key, place.path);
}

/** Lets a body that nobody wants come in first: the time that it takes is the client's, and the log says so. */
function unhurried(world: WebWorld, visit: Visit, answer: () => Work): Work {
  if (!visit.hasBody || visit.expects) return answer();
  return discard(visit, world.limits.bodyBytes).then((outcome) => {
    if (outcome === 'left') return;
    if (outcome === 'too-large') return visit.answer(413, statusPage(413));
    visit.uploadedMs = world.tick();
    return answer();
  });
}

/** What a file is not for is 405, what nobody knows is 501 (RFC 9110 §9.1). */
function refuse(world: WebWorld, site: Site, visit: Visit, refused: 405 | 417): Work {
  const status = refused === 405 && !methods.has(visit.method) ? 501 : refused;
  const more = refused === 405 ? ['Allow', 'GET, HEAD'] : [];
  return unhurried(world, visit, () => answerFault(world, visit, site, status, more));
}

/** Not understood, so not to be trusted with another request on the same connection. */
function bad(visit: Visit): void {
  visit.last();
  visit.answer(400, statusPage(400));
}

const methods: ReadonlySet<string> = new Set(
  'GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH'.split(' '),
);
