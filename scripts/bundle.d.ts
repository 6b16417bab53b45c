/** @param root a checkout with src/ and node_modules/. @returns whether the build succeeded; errors are printed. */
export function bundle(root: string): Promise<boolean>
