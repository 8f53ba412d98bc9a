/** Of a worker's world, which tests of the transform borrow. */
interface RTCRtpScriptTransformer {
  readonly readable: ReadableStream
  readonly writable: WritableStream
  readonly options: unknown
  sendKeyFrameRequest(): Promise<void>
}
