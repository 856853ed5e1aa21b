import { createTransport } from 'nodemailer';
import type { Channel, Delivery, Outcome } from '../channel.ts';
import { type Message, oneLine } from '../message.ts';
import type { Relay } from '../relay.ts';

const connectMs = 8_000;
/** Without a word from the other side for so long, it is given up. */
const silenceMs = 15_000;
/** However much the other side talks. */
const wholeMs = 28_000;

/** Mail through an SMTP relay: one connection for each letter, TLS checked, nothing fetched from anywhere. */
export function mailChannel(relay: Relay, waits = { connectMs, silenceMs, wholeMs }): Channel {
  const { host, port, security, user, password, authority } = relay;
  const under = new Set<ReturnType<typeof createTransport>>();
  const open = () =>
    createTransport({
      host,
      port,
      secure: security === 'tls',
      requireTLS: security === 'starttls',
      ignoreTLS: security === 'none',
      ...(user === null || password === null ? {} : { auth: { user, pass: password } }),
      tls: { minVersion: 'TLSv1.2', ...(authority === null ? {} : { ca: authority }) },
      connectionTimeout: waits.connectMs,
      greetingTimeout: waits.connectMs,
      socketTimeout: waits.silenceMs,
      dnsTimeout: waits.connectMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  const send = async (message: Message): Promise<Delivery> => {
    const transport = open();
    under.add(transport);
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      late.reject(Object.assign(new Error('no end of the conversation in time'), { code: 'ETIMEDOUT' }));
      transport.close();
    }, waits.wholeMs);
    try {
      const info = await Promise.race([transport.sendMail(mailOf(message)), late.promise]);
      return { outcome: 'sent', said: said(info.response), messageId: info.messageId, bounced: false };
    } catch (error) {
      return failed(error);
    } finally {
      clearTimeout(timer);
      under.delete(transport);
      transport.close();
    }
  };
  return {
    send,
    close: () => {
      for (const transport of under) transport.close();
    },
  };
}

/** RFC 3834: nobody's absence note answers it. */
function mailOf({ id, from, to, subject, text }: Message) {
  const headers = { 'Auto-Submitted': 'auto-generated' };
  return { messageId: id, from, to, subject, text, headers, textEncoding: 'base64' as const };
}

function said(text: string): string {
  return oneLine(text).slice(0, 500);
}

interface Fault {
  readonly code?: unknown;
  readonly responseCode?: unknown;
  readonly response?: unknown;
  readonly command?: unknown;
}

function failed(error: unknown): Delivery {
  const fault: Fault & { message: string } = error instanceof Error ? error : new Error(String(error));
  const words = typeof fault.response === 'string' ? fault.response : fault.message;
  const outcome = outcomeOf(fault, fault.message);
  const bounced = outcome === 'refused' && fault.command === 'RCPT TO';
  return { outcome, said: said(words), messageId: null, bounced };
}

/** nodemailer's codes and the reply's first digit (RFC 5321, 4.2.1). */
function outcomeOf({ code, responseCode }: Fault, text: string): Outcome {
  const digit = typeof responseCode === 'number' ? Math.floor(responseCode / 100) : 0;
  if (code === 'EAUTH') return digit === 4 ? 'later' : 'login';
  if (code === 'ETLS' || /certificate|SSL|TLS|self-signed|altname/i.test(text)) return 'insecure';
  if (code === 'ETIMEDOUT') return 'slow';
  if (digit === 5 && (code === 'EENVELOPE' || code === 'EMESSAGE')) return 'refused';
  if (digit === 4 || digit === 5) return 'later';
  return 'away';
}
