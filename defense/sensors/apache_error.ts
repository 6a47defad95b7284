/**
 * Lines of Apache's error log, behind the stamp, as 2.2 and 2.4 write them:
 *
 *     [error] [client 192.0.2.1] user ada not found: /private
 *     [auth_basic:error] [pid 7:tid 8] [client 192.0.2.1:4711] AH01617: user
 *       ada: authentication failure for "/private": Password Mismatch
 *
 * The client's address is written before anything that the client sent, so
 * only the first bracket of that name counts.
 *
 * A request that was refused by configuration or by ModSecurity is told as a
 * request, as the access log would tell it; see `nginx_error.ts`.
 *
 * @module
 */
import {
  type AnsweredRequest,
  otherReading,
  type ServiceReading,
} from "./service_reading.ts";

/** Level, process, and the client if there is one. */
const heading =
  /^\[(?:[a-z0-9_]*:)?(?:emerg|alert|crit|error|warn|notice|info|debug|trace[1-8])\] (\[pid [^\]]{1,40}\] )?(?:\([^)]{1,20}\)[^[]{1,200}: )?(?:\[(?:client|remote) ([^\]\s]{1,64})\] )?(?:AH\d{5}: )?/;
const notFound =
  /^(?:Digest: )?user (?:`(.*?)' in realm `.*?'|(.*?)) (?:not found|denied by provider): /s;
const wrongPassword =
  /^(?:Digest: )?user `?(.*?)'?: (?:authentication failure for |password mismatch: )/s;
const wrongGroup =
  /^Authorization of user (.*?) to access .* failed, reason: /s;
const denied = /^client denied by server configuration: (\S*)/;
const stopped =
  /^(?:\[client \S+\] )?ModSecurity: Access denied with code (\d{3})/;
const uri = /\[uri "([^"]*)"\]/;

/**
 * Reads what stands behind the stamp of a line of Apache's error log.
 *
 * @returns `undefined` when it is none.
 */
export function readApacheError(text: string): ServiceReading | undefined {
  const head = heading.exec(text);
  if (!head) return undefined;
  const [all, process, client = ""] = head;
  const body = text.slice(all.length);
  if (client === "") {
    return body.startsWith("ModSecurity: ") ? undefined : otherReading;
  }
  // 2.4 writes the port behind the address, also behind one of IPv6.
  const host = process === undefined ? client : client.replace(/:\d{1,5}$/, "");
  const unknown = notFound.exec(body);
  if (unknown) return refused(host, unknown[1] ?? unknown[2], true);
  const known = wrongPassword.exec(body) ?? wrongGroup.exec(body);
  if (known) return refused(host, known[1], false);
  const forbidden = denied.exec(body);
  if (forbidden) return request(host, 403, forbidden[1]);
  const blocked = stopped.exec(body);
  if (blocked) {
    return request(host, Number(blocked[1]), uri.exec(body)?.[1]);
  }
  return otherReading;
}

function refused(
  host: string,
  user: string | undefined,
  unknownUser: boolean,
): ServiceReading {
  return {
    what: "refused",
    form: "login",
    host,
    user: user ?? "",
    unknownUser,
  };
}

function request(
  host: string,
  status: number,
  path: string | undefined,
): AnsweredRequest {
  return {
    what: "request",
    host,
    method: "",
    path: path ?? "",
    status,
    agent: "",
    user: "",
  };
}
