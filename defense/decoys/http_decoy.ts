/**
 * A web server with a login page that takes every credential and accepts none
 * (HTTP/1.1, RFC 9112). One request, one answer, goodbye.
 *
 * @module
 */
import {
  type DecoyAnswer,
  type DecoyNote,
  type DecoyTalk,
  type DecoyWorld,
  noteText,
  silence,
} from "./decoy.ts";
import { Inbox, octetsOf, textOf } from "./octets.ts";

/** Larger requests are refused; usual ones are far below. */
const requestBytesMax = 8_192;

const requestLine = /^([A-Z]{1,16}) (\S{1,2048}) HTTP\/1\.[01]$/;

/** Names under which forms ask for a user and for a password. */
const userFields = ["user", "username", "login", "email", "log", "name"];
const passwordFields = ["pass", "password", "passwd", "pwd"];

/** The login page of nothing. */
export class HttpDecoy implements DecoyTalk {
  readonly #world: DecoyWorld;
  readonly #inbox = new Inbox(requestBytesMax);
  /** Octets of the whole request, once its headers have said how many. */
  #wholeAt = Infinity;

  constructor(world: DecoyWorld) {
    this.#world = world;
  }

  begin(): DecoyAnswer {
    return silence;
  }

  wake(): DecoyAnswer {
    return silence;
  }

  take(bytes: Uint8Array): DecoyAnswer {
    this.#inbox.push(bytes);
    // Before a line ends, or the body is whole, there is nothing new to say.
    const waits = this.#wholeAt === Infinity
      ? !bytes.includes(10)
      : this.#inbox.octets.length < this.#wholeAt;
    if (waits && !this.#inbox.overfull) return silence;
    const text = textOf(this.#inbox.octets);
    const end = text.indexOf("\r\n\r\n");
    const [first = ""] = text.split("\r\n", 1);
    if (end < 0) {
      const hopeless = this.#inbox.overfull ||
        (text.includes("\n") && !requestLine.test(first.replace(/\n.*/s, "")));
      return hopeless ? this.#refuse(first) : silence;
    }
    const [, method, path = ""] = requestLine.exec(first) ?? [];
    if (method === undefined) return this.#refuse(first);
    const headers = headersOf(text.slice(0, end));
    const length = Number(headers.get("content-length") ?? 0);
    const body = text.slice(end + 4);
    if (body.length < length && !this.#inbox.overfull) {
      this.#wholeAt = end + 4 + length;
      return silence;
    }
    return this.#answer(method, path, headers, body);
  }

  #answer(
    method: string,
    path: string,
    headers: ReadonlyMap<string, string>,
    body: string,
  ): DecoyAnswer {
    const notes: DecoyNote[] = [
      { kind: "request", text: noteText(`${method} ${path}`) },
    ];
    const agent = headers.get("user-agent");
    if (agent !== undefined) {
      notes.push({ kind: "client", text: noteText(agent) });
    }
    const tried = basicLogin(headers.get("authorization")) ??
      (method === "POST" ? formLogin(body) : undefined);
    if (tried) notes.push(tried);
    const page = /^\/(?:login\b.*|index\.\w+|admin\b.*|\?.*)?$/.test(path);
    const answer = method !== "GET" && method !== "HEAD" && method !== "POST"
      ? this.#page("405 Not Allowed", "405 Not Allowed", method)
      : page || method === "POST"
      ? this.#page("200 OK", loginForm(tried !== undefined), method)
      : this.#page("404 Not Found", "404 Not Found", method);
    return { say: answer, hangUp: true, notes };
  }

  #refuse(first: string): DecoyAnswer {
    return {
      say: this.#page("400 Bad Request", "400 Bad Request", "GET"),
      hangUp: true,
      notes: [{ kind: "request", text: noteText(first) }],
    };
  }

  #page(status: string, content: string, method: string): Uint8Array {
    const title = content.startsWith("<") ? "Sign in" : content;
    const html = `<!DOCTYPE html>\n<html lang="en"><head><title>${title}` +
      `</title></head><body>\n${
        content.startsWith("<") ? content : `<h1>${content}</h1>`
      }\n</body></html>\n`;
    const head = [
      `HTTP/1.1 ${status}`,
      "Server: nginx",
      `Date: ${new Date(this.#world.wallMs()).toUTCString()}`,
      "Content-Type: text/html; charset=utf-8",
      `Content-Length: ${html.length}`,
      "Connection: close",
    ].join("\r\n");
    return octetsOf(`${head}\r\n\r\n${method === "HEAD" ? "" : html}`);
  }
}

function loginForm(again: boolean): string {
  return `<form method="post" action="/login">` +
    (again
      ? "<p>User name or password is wrong.</p>"
      : "<p>Please sign in.</p>") +
    `<input name="username" autocomplete="username"> ` +
    `<input name="password" type="password"> <button>Sign in</button></form>`;
}

/** Names in lower case; a repeated header keeps its first value. */
function headersOf(head: string): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const line of head.split("\r\n").slice(1)) {
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(colon, 0)).toLowerCase();
    if (name === "" || headers.has(name)) continue;
    headers.set(name, line.slice(colon + 1).trim());
  }
  return headers;
}

/** RFC 7617. */
function basicLogin(authorization: string | undefined): DecoyNote | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/]{1,1024}={0,2})$/i
    .exec(authorization ?? "")?.[1];
  if (encoded === undefined) return undefined;
  let pair: string;
  try {
    pair = textOf(Uint8Array.fromBase64(encoded));
  } catch {
    // Not base64 after all: no credential.
    return undefined;
  }
  const colon = pair.indexOf(":");
  if (colon < 0) return undefined;
  return {
    kind: "login",
    user: noteText(pair.slice(0, colon)),
    password: noteText(pair.slice(colon + 1)),
  };
}

/** `application/x-www-form-urlencoded`, or JSON of one level. */
function formLogin(body: string): DecoyNote | undefined {
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(body)) {
    fields.set(name.toLowerCase(), value);
  }
  const match = (names: readonly string[]) => {
    for (const name of names) {
      const value = fields.get(name) ??
        new RegExp(`"${name}"\\s*:\\s*"([^"]{0,256})"`, "i").exec(body)?.[1];
      if (value !== undefined) return noteText(value);
    }
    return undefined;
  };
  const user = match(userFields);
  const password = match(passwordFields);
  if (user === undefined) return undefined;
  return { kind: "login", user, ...(password !== undefined && { password }) };
}
