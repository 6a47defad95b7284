/**
 * Asks the dashboard's API. A session that has ended is noticed here, once, for
 * all pages.
 *
 * @module
 */
import { signal } from "@preact/signals";
import { learnRole, myRole } from "./may.ts";

/** What went wrong, in words for people. */
export class ApiError extends Error {
  /** Stays when code is minified. */
  override readonly name = "ApiError";
  /** HTTP status, 0 if nothing answered. */
  readonly status: number;

  /** Makes an error. */
  constructor(status: number, detail: string) {
    super(detail);
    this.status = status;
  }
}

/** Whether somebody is logged in; `undefined` before the first answer. */
export const loggedIn = signal<boolean | undefined>(undefined);
/** Whether the dashboard itself answers. */
export const reachable = signal(true);

/** Wall clock milliseconds of the last good answer. */
export const lastAnswerMs = signal(0);

/** What was asked for before somebody wanted it; each is taken once. */
const ahead = new Map<string, Promise<unknown>>();

/** Asks for a resource that is about to be read. */
export function readAhead(path: string): void {
  const answer = ask(`/v1${path}`, {});
  ahead.set(path, answer);
  // Whoever logs in meanwhile asks again.
  answer.catch(() => ahead.delete(path));
}

/** Reads a resource. */
export function get<T>(path: string): Promise<T> {
  const asked = ahead.get(path);
  if (asked === undefined) return ask<T>(`/v1${path}`, {});
  ahead.delete(path);
  return asked as Promise<T>;
}

/** Gives an order. */
export function post<T>(path: string, body: unknown = {}): Promise<T> {
  return ask<T>(`/v1${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

/** Ends something. */
export function remove<T>(path: string): Promise<T> {
  return ask<T>(`/v1${path}`, { method: "DELETE" });
}

/**
 * Logs in with an account; from then on {@linkcode loggedIn} says so.
 *
 * @throws {ApiError} If it is refused.
 */
export async function login(
  attempt: {
    readonly name: string;
    readonly password: string;
    readonly code: string;
  },
): Promise<void> {
  await ask("/login", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(attempt),
  });
}

/** Asks the dashboard itself, below `/api`: people, receivers, sessions. */
export function askDashboard<T>(
  method: "GET" | "POST" | "DELETE",
  path: string,
  body?: unknown,
): Promise<T> {
  return ask<T>(path, {
    method,
    ...(body !== undefined && {
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  });
}

async function ask<T>(path: string, init: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/api${path}`, {
      ...init,
      credentials: "same-origin",
    });
  } catch {
    reachable.value = false;
    throw new ApiError(0, "the dashboard does not answer");
  }
  reachable.value = true;
  learnRole(response.headers);
  if (response.status === 401) {
    loggedIn.value = false;
    myRole.value = undefined;
  }
  // Any other refusal says nothing of it: one of a login, for one.
  if (response.ok) {
    loggedIn.value = true;
    lastAnswerMs.value = Date.now();
    return await response.json() as T;
  }
  const problem = await response.json().catch(() => ({})) as {
    title?: string;
    detail?: string;
  };
  throw new ApiError(
    response.status,
    [problem.title, problem.detail].filter(Boolean).join(": ") ||
      response.statusText,
  );
}
