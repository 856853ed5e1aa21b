import { probeFtp } from './ftp.ts';
import { probeWeb } from './web.ts';

/** Every check that is made by asking from outside. To add one: its file, and a row here. */
export const probes = { web: probeWeb, ftp: probeFtp } as const;

export type ProbeKind = keyof typeof probes;
export const probeKinds = Object.keys(probes) as readonly ProbeKind[];
/** What each kind of probe is told about its target. */
export type TargetOf<Kind extends ProbeKind> = Parameters<(typeof probes)[Kind]>[0];
