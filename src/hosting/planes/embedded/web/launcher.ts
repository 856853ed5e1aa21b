import { spawnSync } from 'node:child_process';

/**
 * `launcher.ts FOLDER POINT PROGRAM ARGUMENT…`, in a mount namespace of its own (`unshare --mount`): binds FOLDER
 * to POINT, which only this process and its children see, and becomes PROGRAM under the same pid. What is closed
 * on the way down to FOLDER does not matter at POINT.
 */
const [folder, point, program, ...rest] = process.argv.slice(2);
if (folder === undefined || point === undefined || program === undefined || process.execve === undefined) {
  process.stderr.write('ERROR: launcher.ts FOLDER POINT PROGRAM ARGUMENT…\n');
  process.exit(64);
}
const bound = spawnSync('mount', ['--bind', '-o', 'nosuid,nodev', folder, point], { encoding: 'utf8' });
if (bound.status !== 0) {
  process.stderr.write(`ERROR: cannot bind ${folder} to ${point}: ${bound.error?.message ?? bound.stderr}\n`);
  process.exit(71);
}
process.execve(program, [program, ...rest], process.env);
