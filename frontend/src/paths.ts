/** Paths of photos, from their folder's root. */

/** Return the last part of a path. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
