/**
 * Messages of which the program or its syslog says that it was written `N`
 * times over: `message repeated N times: [ … ]`.
 *
 * @module
 */
import { summedAttemptsMax } from "./pam_log.ts";

const repeated = /^message repeated (\d{1,6}) times: \[ ?(.*?)\]?$/s;

/** The message itself, and how often it counts: at most `summedAttemptsMax`. */
export function unrepeat(
  message: string,
): { readonly message: string; readonly times: number } {
  if (!message.startsWith("message repeated ")) return { message, times: 1 };
  const match = repeated.exec(message);
  return match
    ? {
      message: match[2] ?? "",
      times: Math.min(Number(match[1]), summedAttemptsMax),
    }
    : { message, times: 1 };
}
