/**
 * Which processes are never frozen or cut off (design §8): without them the
 * host, the operator's way into it or the agent itself would be gone. Asked
 * last, like the never-block list, and nobody can overrule it.
 *
 * @module
 */
import type { ProcessView } from "../host_lease.ts";

/** A thread of the kernel: `PF_KTHREAD` of Linux's `include/linux/sched.h`. */
const kernelThread = 0x00200000;

/** Programs that everybody's way in, or everything, depends on. */
const indispensable: ReadonlySet<string> = new Set([
  "systemd",
  "systemd-logind",
  "systemd-networkd",
  "systemd-resolved",
  "systemd-journald",
  "systemd-udevd",
  "init",
  "dbus-daemon",
  "dbus-broker",
  "NetworkManager",
  "sshd",
  "sshd-session",
  "sshd-auth",
  "dropbear",
  "agetty",
  "login",
]);

/**
 * Why a process is spared.
 *
 * @param lineage The process and what it runs under, itself first.
 * @param own The agent's lineage, itself first.
 * @param caller The lineage of who asks; empty if nobody is known.
 */
export function sparedBecause(
  lineage: readonly ProcessView[],
  own: readonly ProcessView[],
  caller: readonly ProcessView[],
): string | undefined {
  const [target] = lineage;
  if (!target || target.pid <= 1) return "the first process";
  if (target.flags & kernelThread) return "a thread of the kernel";
  const [agent] = own;
  if (agent && lineage.some(({ pid }) => pid === agent.pid)) {
    return "StealthMesh itself";
  }
  const isIn = (list: readonly ProcessView[]) =>
    list.some(({ pid }) => pid === target.pid);
  if (isIn(own)) return "StealthMesh runs under it";
  if (isIn(caller)) return "your own session runs under it";
  if (indispensable.has(target.name)) return "the host depends on it";
  return undefined;
}
