import type { Channel } from '../channel.ts';
import type { Relay } from '../relay.ts';
import { type Hook, hookChannel } from './hook.ts';
import { mailChannel } from './mail.ts';

/** Every way to reach people by its name, opened from its settings. One more is a file beside this and a row here. */
export const channels: {
  readonly mail: (relay: Relay) => Channel;
  readonly hook: () => Hook;
} = { mail: mailChannel, hook: hookChannel };
