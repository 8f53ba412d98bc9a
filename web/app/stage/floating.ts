/** One picture in a small window of its own that stays in front of other programs; it follows who is large in the room. */

export function canFloat(): boolean {
  return document.pictureInPictureEnabled === true && 'requestPictureInPicture' in HTMLVideoElement.prototype
}

export function isFloating(): boolean {
  return (document.pictureInPictureElement ?? null) !== null
}

/** From a person's press. A picture that has no frame yet, or a browser that says no, changes nothing. */
export async function toggleFloating(video: HTMLVideoElement | undefined): Promise<void> {
  if (isFloating()) await document.exitPictureInPicture().catch(() => undefined)
  else await video?.requestPictureInPicture().catch(() => undefined)
}

/** Needs no press while a window is open. */
export function follow(video: HTMLVideoElement | undefined): void {
  if (video && isFloating() && document.pictureInPictureElement !== video) void video.requestPictureInPicture().catch(() => undefined)
}
