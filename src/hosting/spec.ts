/**
 * The desired state of one host, as the centre states it and a plane converges to it. Data only: the plane
 * decides nothing about what a customer bought. Pulled by revision; a spec with a lower or equal revision
 * than the one applied changes nothing.
 */
export interface HostSpec {
  /** `h000001`: stable for ever, names the host's folder. Lower-case letters and digits only. */
  readonly host: string;
  readonly revision: number;
  /** Lower-case A-labels, the canonical one first. */
  readonly domains: readonly string[];
  readonly state: HostState;
  /** Web space in bytes, counted over everything under the host's folder that a customer wrote. */
  readonly spaceBytes: number;
  /** Null: the plan has no FTP (clause 2-3.3.1). */
  readonly ftp: FtpSpec | null;
  /** Null: the plan has no PHP; a script is then served to nobody (404), never as text. */
  readonly php: PhpSpec | null;
  /** PEM; null: the plane's own self-signed certificate answers for the host. */
  readonly certificate: { readonly cert: string; readonly key: string } | null;
  readonly settings: HostSettings;
}

/** `rule` is the rule announced beforehand that the closing names (violation, traffic, expiry …). */
export type HostState =
  | { readonly kind: 'serving' }
  | { readonly kind: 'closed'; readonly reason: ClosingReason; readonly rule: string; readonly since: number }
  | { readonly kind: 'absent' };

export type ClosingReason = 'violation' | 'over-traffic' | 'expired';

export interface FtpSpec {
  readonly accounts: readonly FtpAccount[];
  readonly tls: 'optional' | 'required';
}

export interface FtpAccount {
  /** Unique on the plane: `demo` or `demo.anna`. */
  readonly name: string;
  /** `scrypt$N$r$p$salt$hash`, base64url; see hosting/secret.ts. */
  readonly secret: string;
  /** Folder under the host's `web` that is this account's root, '' for all of it. */
  readonly root: string;
}

export interface PhpSpec {
  readonly version: string;
}

/** What a customer may set. A wrong setting is the customer's (clause 2-2.2.4), so every change is recorded. */
export interface HostSettings {
  /** Names tried in a folder, in order. */
  readonly index: readonly string[];
  /** Status → path under `web` of the page shown with it; only 403, 404, 500 and 503 may be set. */
  readonly errorPages: Readonly<Record<string, string>>;
  readonly listFolders: boolean;
}

export const defaultSettings: HostSettings = {
  index: ['index.html', 'index.htm', 'index.php'],
  errorPages: {},
  listFolders: false,
};
