/**
 * Sends a form and reports its progress, which `fetch` cannot do.
 *
 * @param onSent from 0 to 1.
 * @throws if no answer arrives in time.
 */
export function postForm(
  path: string,
  { headers, form, timeoutMs }: { headers: Record<string, string>; form: FormData; timeoutMs: number },
  onSent: (share: number) => void,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', path)
    request.timeout = timeoutMs
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
    request.upload.addEventListener('progress', ({ loaded, total, lengthComputable }) => {
      if (lengthComputable) onSent(loaded / total)
    })
    request.addEventListener('load', () => {
      const named = ['content-type', 'x-request-id', 'retry-after'].flatMap((name): [string, string][] => {
        const value = request.getResponseHeader(name)
        return value === null ? [] : [[name, value]]
      })
      resolve(new Response(request.responseText, { status: request.status, headers: named }))
    })
    for (const name of ['error', 'abort', 'timeout'])
      request.addEventListener(name, () => reject(new Error('The server did not answer')))
    request.send(form)
  })
}
