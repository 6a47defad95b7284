/**
 * Where notices go: a webhook over HTTPS, or a syslog receiver. Plain HTTP goes
 * to this host only, because whoever listens could read and, without checking
 * the signature, forge; syslog has no signature at all and belongs on a network
 * that one trusts.
 *
 * @module
 */

/** Targets at most. */
export const targetsMax = 8;
/** After this a target's name. */
export const targetName = /^[a-z0-9][a-z0-9-]{0,31}$/;

/** One receiver. */
export interface Target {
  /** After {@linkcode targetName}. */
  readonly name: string;
  /** `https://…`, `udp://HOST:PORT` or `tcp://HOST:PORT`. */
  readonly url: string;
  /** Key of the signature; unused by syslog. */
  readonly secret: Uint8Array;
}

/**
 * Reads where notices are to go.
 *
 * @returns The URL in its normal spelling.
 * @throws {SyntaxError} If nothing may go there.
 */
export function readTargetUrl(text: string): string {
  const refuse = (why: string) =>
    new SyntaxError(`Cannot send notices to "${text}": ${why}`);
  if (!URL.canParse(text) || text.length > 2_048) {
    throw refuse(
      "expected https://…, udp://HOST:PORT or tcp://HOST:PORT",
    );
  }
  const url = new URL(text);
  const { protocol, hostname } = url;
  if (protocol === "udp:" || protocol === "tcp:") {
    // 514 and 601 are what RFC 5426 and RFC 6587 name.
    const port = url.port || (protocol === "udp:" ? "514" : "601");
    // Of such a URL nobody checks the host: "a%0d%0ab" would be one.
    const isHost = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,253})|\[[0-9a-f:.]+\])$/
      .test(hostname);
    const more = url.username + url.password + url.search + url.hash;
    if (!isHost || !/^\/?$/.test(url.pathname) || more !== "" || port === "0") {
      throw refuse("expected a host and a port, nothing else");
    }
    return `${protocol}//${hostname}:${port}`;
  }
  if (url.username !== "" || url.password !== "") {
    throw refuse("a name and a password do not belong there");
  }
  const own = hostname === "[::1]" ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname);
  if (protocol === "https:" || (protocol === "http:" && own)) return url.href;
  throw refuse(
    protocol === "http:"
      ? "plain http may go to 127.0.0.1 and [::1] only"
      : "expected https://…, udp://HOST:PORT or tcp://HOST:PORT",
  );
}
