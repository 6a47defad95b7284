/**
 * The scenarios that come with StealthMesh, embedded as text, so that they
 * need no file at run time. An operator's own files of the same name replace
 * them (`loadScenarios`).
 *
 * @module
 */
import type { Scenario } from "./scenario.ts";
import { loadScenarios } from "./scenario_file.ts";
import accountManyPlaces from "./scenarios/account-many-places.yaml" with {
  type: "text",
};
import hostSweep from "./scenarios/host-sweep.yaml" with { type: "text" };
import httpBruteforce from "./scenarios/http-bruteforce.yaml" with {
  type: "text",
};
import httpExploit from "./scenarios/http-exploit.yaml" with { type: "text" };
import httpLimit from "./scenarios/http-limit.yaml" with { type: "text" };
import httpProbing from "./scenarios/http-probing.yaml" with { type: "text" };
import httpScanner from "./scenarios/http-scanner.yaml" with { type: "text" };
import httpSensitive from "./scenarios/http-sensitive.yaml" with {
  type: "text",
};
import loginAfterAttack from "./scenarios/login-after-attack.yaml" with {
  type: "text",
};
import canaryCredential from "./scenarios/canary-credential.yaml" with {
  type: "text",
};
import canaryFile from "./scenarios/canary-file.yaml" with { type: "text" };
import canaryUrl from "./scenarios/canary-url.yaml" with { type: "text" };
import decoyTouched from "./scenarios/decoy-touched.yaml" with { type: "text" };
import loginBruteforce from "./scenarios/login-bruteforce.yaml" with {
  type: "text",
};
import loginBurst from "./scenarios/login-burst.yaml" with { type: "text" };
import passwordSpraying from "./scenarios/password-spraying.yaml" with {
  type: "text",
};
import portScan from "./scenarios/port-scan.yaml" with { type: "text" };
import sharedAddressGuessing from "./scenarios/shared-address-guessing.yaml" with {
  type: "text",
};
import sharedAddressNames from "./scenarios/shared-address-names.yaml" with {
  type: "text",
};
import slowScan from "./scenarios/slow-scan.yaml" with { type: "text" };
import sshBruteforce from "./scenarios/ssh-bruteforce.yaml" with {
  type: "text",
};
import sshSlowBruteforce from "./scenarios/ssh-slow-bruteforce.yaml" with {
  type: "text",
};
import udpScan from "./scenarios/udp-scan.yaml" with { type: "text" };

/** Name and text of each embedded scenario file. */
export const embeddedScenarioFiles: readonly (readonly [string, string])[] = [
  ["port-scan.yaml", portScan],
  ["udp-scan.yaml", udpScan],
  ["slow-scan.yaml", slowScan],
  ["host-sweep.yaml", hostSweep],
  ["ssh-bruteforce.yaml", sshBruteforce],
  ["ssh-slow-bruteforce.yaml", sshSlowBruteforce],
  ["login-bruteforce.yaml", loginBruteforce],
  ["login-burst.yaml", loginBurst],
  ["http-bruteforce.yaml", httpBruteforce],
  ["http-sensitive.yaml", httpSensitive],
  ["http-exploit.yaml", httpExploit],
  ["http-probing.yaml", httpProbing],
  ["http-scanner.yaml", httpScanner],
  ["http-limit.yaml", httpLimit],
  ["shared-address-guessing.yaml", sharedAddressGuessing],
  ["shared-address-names.yaml", sharedAddressNames],
  ["password-spraying.yaml", passwordSpraying],
  ["login-after-attack.yaml", loginAfterAttack],
  ["account-many-places.yaml", accountManyPlaces],
  ["decoy-touched.yaml", decoyTouched],
  ["canary-credential.yaml", canaryCredential],
  ["canary-url.yaml", canaryUrl],
  ["canary-file.yaml", canaryFile],
];

/**
 * The embedded scenarios.
 *
 * @throws {ScenarioError} If one cannot be read: the build is broken.
 */
export function embeddedScenarios(): readonly Scenario[] {
  const { scenarios, errors } = loadScenarios(embeddedScenarioFiles);
  if (errors[0] !== undefined) throw errors[0];
  return scenarios;
}
