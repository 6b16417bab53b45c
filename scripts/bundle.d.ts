/** @param root a checkout with src/ and node_modules/. @returns whether it was built; what was wrong is printed. */
export function bundle(root: string): Promise<boolean>
