/**
 * Brings a notice to its receiver. Redirects are not followed: a receiver that
 * was approved may not send what it gets to one that was not.
 *
 * @module
 */
import { createSocket } from "node:dgram";
import type { Notice } from "../notify/notice.ts";
import type { SendOutcome } from "../notify/outbox.ts";
import { syslogFrame, syslogMessage } from "../notify/syslog_message.ts";
import type { Target } from "../notify/target.ts";
import { webhookRequest } from "../notify/webhook.ts";

/** A receiver has so long. Our choice. */
const answerMsMax = 10_000;
/** What it makes no sense to send again as it is (RFC 9110, §15.5). */
const refusals = new Set([400, 413, 415, 422]);

/** Sends once; never rejects. */
export async function sendNotice(
  target: Target,
  notice: Notice,
): Promise<SendOutcome> {
  const url = new URL(target.url);
  const hostname = url.hostname.replace(/^\[|\]$/g, "");
  const port = Number(url.port);
  try {
    switch (url.protocol) {
      case "udp:":
        await sendDatagram(syslogMessage(notice), hostname, port);
        return { type: "sent" };
      case "tcp:":
        await sendFrame(syslogFrame(notice), hostname, port);
        return { type: "sent" };
      default:
        return await post(target, notice);
    }
  } catch (error) {
    return {
      type: "failed",
      error: error instanceof Error ? error.message : String(error),
    };
  }
}

async function post(target: Target, notice: Notice): Promise<SendOutcome> {
  const { headers, body } = webhookRequest(notice, target.secret, Date.now());
  const response = await fetch(target.url, {
    method: "POST",
    headers,
    body,
    redirect: "manual",
    signal: AbortSignal.timeout(answerMsMax),
  });
  await response.body?.cancel();
  const { status } = response;
  if (response.ok) return { type: "sent" };
  const error = status >= 300 && status < 400
    ? `status ${status}: redirects are not followed`
    : `status ${status}`;
  return { type: refusals.has(status) ? "refused" : "failed", error };
}

/** Nobody says whether a datagram arrives. */
function sendDatagram(
  bytes: Uint8Array,
  hostname: string,
  port: number,
): Promise<void> {
  const socket = createSocket(hostname.includes(":") ? "udp6" : "udp4");
  return new Promise<void>((resolve, reject) => {
    socket.on("error", reject);
    socket.send(bytes, port, hostname, (error: Error | null) => {
      if (error) reject(error);
      else resolve();
    });
  }).finally(() => socket.close());
}

async function sendFrame(
  bytes: Uint8Array,
  hostname: string,
  port: number,
): Promise<void> {
  const signal = AbortSignal.timeout(answerMsMax);
  const connection = await Deno.connect({ hostname, port, signal });
  const close = () => {
    try {
      connection.close();
    } catch {
      // Closed already.
    }
  };
  signal.addEventListener("abort", close);
  try {
    for (let sent = 0; sent < bytes.length;) {
      sent += await connection.write(bytes.subarray(sent));
    }
    // The receiver has it when it has seen the end.
    await connection.closeWrite();
  } finally {
    signal.removeEventListener("abort", close);
    close();
  }
}
