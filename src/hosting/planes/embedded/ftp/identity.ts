import type { FtpLogin, Verdict } from './login.ts';
import { closing, type Reply, reply } from './reply.ts';
import type { Session } from './session.ts';
import { openTree, type Tree } from './tree.ts';
import { anyone, type Verbs } from './verb.ts';

/** The one answer to every attempt whose password was not proven: it tells nobody which names exist. */
const incorrect = 'Login incorrect';
const failuresPerConnection = 3;
/** USER may be sent again (RFC 959 §4.1.1); each is a line of the login log, so not without end. */
const triesPerConnection = 16;
/** Each failure of an address within a minute costs it this much more, up to the longest. Only its own session waits. */
const tarpitMs = 200;
const tarpitLongestMs = 3000;

export const identityVerbs: Verbs = {
  USER: anyone('required', user),
  PASS: anyone('optional', pass),
  ACCT: anyone('optional', () => reply(202, 'No account is needed')),
  REIN: anyone('none', restart),
  QUIT: anyone('optional', () => closing(221, 'Goodbye')),
  AUTH: anyone('required', auth),
  PBSZ: anyone('required', bufferSize),
  PROT: anyone('required', protection),
};

function user(session: Session, name: string): Reply {
  if (session.tree !== null) return reply(503, 'Logged in already; REIN begins anew');
  session.account = null;
  session.attempts(name);
  session.tries += 1;
  if (session.tries > triesPerConnection) {
    const known = session.shared.options.accounts.find(name);
    const answer = closing(421, 'Too many logins were begun');
    return refused(session, 'limited', known?.host ?? '-', known?.kind === 'probe', answer);
  }
  // RFC 4217 §4: the answer to USER is the last moment to keep a password off the wire. It shows that a name
  // exists whose owner demands TLS; a password in the clear would show more.
  const login = session.shared.options.accounts.find(name);
  if (login?.tls === 'required' && !session.tls) {
    const text = 'TLS is required: AUTH TLS first';
    session.record('tls-failed', login.host, login.kind === 'probe', `550 ${text}`);
    return reply(550, text);
  }
  session.account = name;
  return reply(331, 'Password, please');
}

async function pass(session: Session, password: string): Promise<Reply> {
  const { account, shared } = session;
  if (session.tree !== null) return reply(503, 'Logged in already; REIN begins anew');
  if (account === null || session.attempt === null) return reply(503, 'USER first');
  session.account = null;
  session.judging = true;
  const login = shared.options.accounts.find(account);
  const host = login?.host ?? '-';
  const probe = login?.kind === 'probe';
  try {
    // Our own check is never mistaken for the guesser behind the same address: its password cannot be guessed.
    if (!probe && shared.door.blocked(session.peer)) {
      return refused(session, 'limited', host, probe, closing(421, 'Too many failed logins; wait a minute'));
    }
    const verdict = await shared.judge(account, login, password);
    if (verdict.outcome === 'ok' && login !== null) return await enter(session, account, login);
    return await fail(session, verdict, login);
  } catch (error) {
    shared.options.onError(error);
    return refused(session, 'server-error', host, probe, closing(421, 'The server cannot log anybody in'));
  } finally {
    session.judging = false;
  }
}

async function enter(session: Session, account: string, login: FtpLogin): Promise<Reply> {
  const probe = login.kind === 'probe';
  const tree: Tree = await openTree(account, login);
  if (session.closed) {
    session.record('client-left', login.host, probe, '');
    return closing(421, 'Gone');
  }
  if (!session.shared.door.admit(session.peer, account, probe)) {
    return refused(session, 'limited', login.host, probe, closing(421, 'Too many connections'));
  }
  session.entered(tree);
  session.tries = 0;
  const answer = reply(230, 'Logged in');
  session.record('ok', login.host, probe, '230 Logged in');
  return answer;
}

/** Who proved the password is told why (a closing names its rule); everybody else hears the same. */
async function fail(session: Session, verdict: Verdict, login: FtpLogin | null): Promise<Reply> {
  const text = verdict.proven && login !== null ? reason(login) : incorrect;
  const probe = login?.kind === 'probe';
  session.failures += 1;
  if (!verdict.proven) {
    const failures = session.shared.door.failed(session.peer);
    await session.pause(Math.min(tarpitLongestMs, tarpitMs * failures));
  }
  const last = session.failures >= failuresPerConnection;
  return refused(
    session,
    verdict.outcome,
    login?.host ?? '-',
    probe,
    last ? closing(530, text) : reply(530, text),
  );
}

function reason(login: FtpLogin): string {
  if (login.state.kind === 'no-ftp') return 'This plan has no FTP';
  if (login.state.kind === 'closed') return `The host is closed: ${login.state.reason} (${login.state.rule})`;
  return incorrect;
}

function refused(
  session: Session,
  outcome: Parameters<Session['record']>[0],
  host: string,
  probe: boolean,
  answer: Reply,
): Reply {
  session.record(outcome, host, probe, `${answer.code} ${answer.lines.join(' ')}`);
  return answer;
}

/** RFC 959 REIN: as after connecting, except that TLS stays as it is. */
function restart(session: Session): Reply {
  const tree = session.tree;
  if (tree !== null) session.shared.door.depart(session.peer, tree.account, tree.probe);
  session.channel.drop();
  session.account = null;
  session.protect = false;
  session.onlyEpsv = false;
  session.entered(null);
  return reply(220, 'Ready');
}

/** RFC 4217 §4. `SSL` of old drafts meant protected data at once and is not taken. */
async function auth(session: Session, mechanism: string): Promise<Reply | null> {
  if (session.tls) return reply(503, 'TLS is in use already');
  if (session.tree !== null) return reply(503, 'AUTH comes before login; REIN begins anew');
  if (!/^TLS(-C)?$/i.test(mechanism)) return reply(504, 'Only AUTH TLS is known');
  session.account = null;
  try {
    await session.upgrade(reply(234, 'TLS, go ahead'));
    return null;
  } catch {
    session.attempts('');
    session.record('tls-failed', '-', false, '234 TLS, go ahead');
    session.close();
    return null;
  }
}

function bufferSize(session: Session, size: string): Reply {
  if (!session.tls) return reply(503, 'AUTH TLS first');
  if (!/^\d{1,10}$/.test(size)) return reply(501, 'A number is needed');
  session.buffered = true;
  return reply(200, 'PBSZ=0');
}

function protection(session: Session, level: string): Reply {
  if (!session.buffered) return reply(503, 'PBSZ first');
  if (/^P$/i.test(level)) session.protect = true;
  else if (/^C$/i.test(level)) session.protect = false;
  else return /^[SE]$/i.test(level) ? reply(536, 'TLS protects wholly or not at all') : reply(504, 'P or C');
  return reply(200, session.protect ? 'Data is protected' : 'Data is in the clear');
}
