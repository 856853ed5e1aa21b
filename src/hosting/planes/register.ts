import type { Plane } from '../plane.ts';
import { type EmbeddedOptions, startEmbedded } from './embedded/embedded.ts';

/** Every kind of plane and how it is started. A further one is a folder beside `embedded/` and a row here. */
export const planes = {
  embedded: startEmbedded satisfies (options: EmbeddedOptions) => Promise<Plane>,
} as const;

export type PlaneKind = keyof typeof planes;

export const planeKinds = Object.keys(planes) as readonly PlaneKind[];
