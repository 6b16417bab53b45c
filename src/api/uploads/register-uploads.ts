import multipart from '@fastify/multipart'
import type { Context } from '../../ledger/context.ts'
import type { App } from '../../http/app.ts'
import { multipartLimits } from './read-multipart.ts'
import { sendFileRoutes } from './send-file.ts'
import { redemptionsStatusCall, registerResults, registerStatus, statusCalls } from './show-uploads.ts'
import { uploadPath } from './upload-wire.ts'

/** The upload calls, under both spellings of their paths. Only they accept multipart bodies. */
export async function registerUploads(app: App, context: Context): Promise<void> {
  app.removeAllContentTypeParsers()
  await app.register(multipart, multipartLimits)
  const registerSendFile = sendFileRoutes(context)
  for (const [prefix, suffix] of [
    [uploadPath, ''],
    ['/v1/upload', 'V1'],
  ] as const) {
    registerSendFile(app, prefix, suffix)
    for (const call of statusCalls) registerStatus(app, context, call, prefix, suffix)
    registerResults(app, context, prefix, suffix)
  }
  registerStatus(app, context, redemptionsStatusCall, '/v2/upload', 'V2')
}
