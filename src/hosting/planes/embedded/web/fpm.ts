/** What a host's own php-fpm master is told; the text of its configuration is pure and tested as such. */
export interface PoolSpec {
  readonly host: string;
  /** The host's folder as its scripts see it, absolute. */
  readonly folder: string;
  /** Where that folder is when it is bound to `folder` for the pool alone (bind.ts); null: `folder` it is. */
  readonly outside: string | null;
  /** Of the unix socket; at most 107 bytes. */
  readonly socket: string;
  readonly errorLog: string;
  /** Null: the plane is not root, and the pool runs as the plane does. */
  readonly user: { readonly uid: number; readonly gid: number } | null;
  readonly children: number;
}

/** Starting programs is not for scripts, nor is making links (they would be refused anyway). */
const disabled = [
  ...['exec', 'passthru', 'shell_exec', 'system', 'proc_open', 'popen', 'dl', 'link', 'symlink'],
  ...[
    'pcntl_exec',
    'pcntl_fork',
    'pcntl_signal',
    'pcntl_alarm',
    'posix_kill',
    'posix_setuid',
    'posix_setgid',
  ],
].join(',');

export function poolText(pool: PoolSpec): string {
  const { folder } = pool;
  const script = `${folder}/script`;
  const user = pool.user === null ? [] : [`user = ${pool.user.uid}`, `group = ${pool.user.gid}`];
  return [
    '[global]',
    `error_log = ${quoted(pool.errorLog)}`,
    'daemonize = no',
    'process_control_timeout = 2s',
    '',
    `[${pool.host}]`,
    ...user,
    `listen = ${quoted(pool.socket)}`,
    'listen.mode = 0600',
    'pm = ondemand',
    `pm.max_children = ${pool.children}`,
    'pm.process_idle_timeout = 10s',
    'pm.max_requests = 1000',
    'request_terminate_timeout = 300s',
    'security.limit_extensions = .php',
    'clear_env = yes',
    `chdir = ${quoted(`${folder}/web`)}`,
    `php_admin_value[open_basedir] = ${quoted(`${folder}/web/:${script}/`)}`,
    `php_admin_value[disable_functions] = "${disabled}"`,
    `php_admin_value[sys_temp_dir] = ${quoted(`${script}/tmp`)}`,
    `php_admin_value[upload_tmp_dir] = ${quoted(`${script}/tmp`)}`,
    `php_admin_value[session.save_path] = ${quoted(`${script}/session`)}`,
    `php_admin_value[error_log] = ${quoted(`${script}/error.log`)}`,
    'php_admin_flag[log_errors] = on',
    'php_admin_flag[allow_url_include] = off',
    'php_admin_value[cgi.fix_pathinfo] = 0',
    'php_flag[display_errors] = off',
    'php_value[upload_max_filesize] = 64M',
    'php_value[post_max_size] = 64M',
    'php_admin_value[opcache.revalidate_freq] = 1',
    '',
  ].join('\n');
}

/** True for a path that php-fpm's ini reader takes literally between double quotes. */
export function isPlainPath(path: string): boolean {
  return /^[^"$\\\n\r\0:;{}]*$/.test(path);
}

function quoted(path: string): string {
  return `"${path}"`;
}
