export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [name: string]: Json;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of the first field of that name, at whatever depth. */
export function fieldNamed(body: JsonObject, name: string): Json | undefined {
  if (Object.hasOwn(body, name)) return body[name];
  for (const value of Object.values(body)) {
    const found = isObject(value) ? fieldNamed(value, name) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A copy with the fields of these names, at whatever depth, set to these values; `undefined` leaves a field out. */
export function withFields(body: JsonObject, values: Readonly<Record<string, Json | undefined>>): JsonObject {
  const result: Record<string, Json> = {};
  for (const [name, value] of Object.entries(body)) {
    const replaced = Object.hasOwn(values, name) ? values[name] : isObject(value) ? withFields(value, values) : value;
    if (replaced !== undefined) result[name] = replaced;
  }
  return result;
}

/** Names and types at every level, without the values. */
export function shapeOf(value: Json): Json {
  if (value === null) return 'null';
  if (Array.isArray(value)) return (value as readonly Json[]).map(shapeOf);
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shapeOf(inner)]));
  return typeof value;
}

/** Names of all fields that hold no object. */
export function leafNames(body: JsonObject): string[] {
  return Object.entries(body).flatMap(([name, value]) => (isObject(value) ? leafNames(value) : [name]));
}
