/**
 * What `su` and `sudo` say. Nobody from outside is named there, so a refusal
 * is understood and blames no address; where such a program asks PAM for
 * somebody from elsewhere, PAM's own line says so (`pam_log.ts`).
 *
 * @module
 */
import { otherReading, type Service } from "./service_reading.ts";

const words =
  /^(?:FAILED SU |BAD SU |failed: \S+ changing from |[+-] \S{1,64} (?=\S{1,64}[:-])\S{1,130}$|\(to \S+\) \S+ on |Successful su for |\S+ to \S+ on |\S+ : (?:TTY=|\d+ incorrect password attempts?|user NOT in sudoers|command not allowed|a password is required|pam_|unable to))/;

/** `su` and `sudo`. */
export const localRise: Service = {
  name: "su",
  family: "local",
  read: (message) => words.test(message.trimStart()) ? otherReading : undefined,
};
