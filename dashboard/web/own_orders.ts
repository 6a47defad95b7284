/**
 * The bodies that the dashboard's own routes read, as these check them and the
 * OpenAPI document describes them: logging in, people, receivers of notices.
 *
 * @module
 */
import { z } from "zod";
import { targetName } from "../notify/target.ts";
import {
  accountName,
  passwordLengthMax,
  passwordLengthMin,
} from "./account.ts";
import { roles } from "./role.ts";

const passwordLength =
  `password: expected ${passwordLengthMin} to ${passwordLengthMax} characters`;

/** `POST /api/login` */
export const loginOrder = z.strictObject({
  name: z.string().min(1).max(64),
  password: z.string().min(1).max(passwordLengthMax),
  code: z.string().regex(/^\d{6}$/),
});

/** `POST /api/people/{name}/reset` */
export const resetOrder = z.strictObject({
  role: z.enum(roles),
  password: z.string()
    .min(passwordLengthMin, passwordLength)
    .max(passwordLengthMax, passwordLength)
    // As people count them, and as JSON Schema does.
    .refine((text) => [...text].length >= passwordLengthMin, passwordLength),
});

/** `POST /api/people` */
export const personOrder = resetOrder.extend({
  name: z.string().regex(
    accountName,
    "name: expected up to 32 small letters, digits, dots, underscores, hyphens",
  ),
});

/** `POST /api/notifications` */
export const receiverOrder = z.strictObject({
  name: z.string().regex(
    targetName,
    "name: expected up to 32 small letters, digits, hyphens",
  ),
  url: z.string().max(2_048),
});

/** `POST /api/notifications/test` */
export const testOrder = z.strictObject({
  target: z.string().max(64).optional(),
});
