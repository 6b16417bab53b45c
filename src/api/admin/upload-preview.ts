import { Type } from 'typebox'
import { previewUpload } from '../../bulk/uploads/preview-upload.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { admin, answers, nullable } from './fields.ts'

/** Space for 512 KiB of a file in base64. */
const maxContentLength = 700_000

export const previewSchema = Type.Object({
  delimiter: Type.String({ description: 'What separates the cells: a comma, a semicolon or a tab.' }),
  columns: Type.Array(
    Type.Object({
      name: Type.String({ description: 'What the first line of the file calls it.' }),
      holds: nullable(
        Type.String({
          description: 'What the name says that it holds, such as code or mobile; null: nothing.',
        }),
      ),
    }),
  ),
  rows: Type.Array(Type.Array(Type.String()), { description: 'The cells of the first rows.' }),
})

/** `POST /admin/v1/uploads/preview`: how an upload would read a file. */
export function registerUploadPreview(app: App): void {
  route(app, 'POST /admin/v1/uploads/preview', {
    access: ['upload', 'write'],
    ...admin,
    schema: {
      operationId: 'previewUpload',
      summary: 'How the beginning of a file is read; nothing is stored',
      tags: ['Uploads'],
      body: Type.Object({
        content: Type.String({
          maxLength: maxContentLength,
          description: 'The file in base64, or its first bytes, up to 512 KiB.',
        }),
      }),
      response: answers(previewSchema),
    },
    handler: async (_caller, request) => {
      return previewUpload(Buffer.from(request.body.content, 'base64'))
    },
  })
}
