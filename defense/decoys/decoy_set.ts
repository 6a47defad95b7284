/**
 * Every decoy by its name, and the ports on which an attacker expects it.
 *
 * @module
 */
import type { DecoyName, DecoyTalk, DecoyWorld } from "./decoy.ts";
import { HttpDecoy } from "./http_decoy.ts";
import { MysqlDecoy } from "./mysql_decoy.ts";
import { OpenDecoy } from "./open_decoy.ts";
import { RdpDecoy } from "./rdp_decoy.ts";
import { RedisDecoy } from "./redis_decoy.ts";
import { SmbDecoy } from "./smb_decoy.ts";
import { SshDecoy, SshTarpit } from "./ssh_decoy.ts";
import { TelnetDecoy } from "./telnet_decoy.ts";

/** Begins one connection's talk. */
export function openDecoy(name: DecoyName, world: DecoyWorld): DecoyTalk {
  switch (name) {
    case "ssh":
      return new SshDecoy(world);
    case "ssh-tarpit":
      return new SshTarpit(world);
    case "http":
      return new HttpDecoy(world);
    case "smb":
      return new SmbDecoy(world);
    case "rdp":
      return new RdpDecoy();
    case "telnet":
      return new TelnetDecoy(world);
    case "mysql":
      return new MysqlDecoy(world);
    case "redis":
      return new RedisDecoy();
    case "open":
      return new OpenDecoy();
  }
}

/**
 * Ports on which each decoy is expected (IANA service names, and where people
 * put a second one). Every other port is `open`.
 */
export const usualPorts: ReadonlyMap<number, DecoyName> = new Map([
  [22, "ssh"],
  [2222, "ssh"],
  [23, "telnet"],
  [80, "http"],
  [8000, "http"],
  [8080, "http"],
  [445, "smb"],
  [3306, "mysql"],
  [3389, "rdp"],
  [6379, "redis"],
]);

/** What stands on a port unless somebody says otherwise. */
export function decoyOn(port: number): DecoyName {
  return usualPorts.get(port) ?? "open";
}
