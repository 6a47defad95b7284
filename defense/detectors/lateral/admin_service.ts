/**
 * Services by which one machine is administered from another, by port, and
 * the ATT&CK technique of misusing each. Ports that serve the same purpose
 * count as one: a client that finds one of them closed takes the next.
 *
 * @module
 */

/** In the order of their numbers on the wire (`alert_codec.ts`). */
export const adminServiceNames = ["ssh", "smb", "rdp", "winrm"] as const;
/** What a way to administer a machine is called. */
export type AdminServiceName = typeof adminServiceNames[number];

/** A way to administer a machine. */
export interface AdminService {
  readonly name: AdminServiceName;
  readonly technique: string;
}

const ssh: AdminService = { name: "ssh", technique: "T1021.004" };
const smb: AdminService = { name: "smb", technique: "T1021.002" };
const rdp: AdminService = { name: "rdp", technique: "T1021.001" };
const winrm: AdminService = { name: "winrm", technique: "T1021.006" };

const byPort: ReadonlyMap<number, AdminService> = new Map([
  [22, ssh],
  [135, smb],
  [139, smb],
  [445, smb],
  [3389, rdp],
  [5985, winrm],
  [5986, winrm],
]);

/** The ports, for whoever watches for them. */
export const adminPorts: readonly number[] = [...byPort.keys()];

/** What is administered through a TCP port, if anything. */
export function adminService(port: number): AdminService | undefined {
  return byPort.get(port);
}

/** The technique of misusing a service. */
export function techniqueOf(name: AdminServiceName): string {
  return { ssh, smb, rdp, winrm }[name].technique;
}
