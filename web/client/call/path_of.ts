/** The way of media that the room's policy asks for, and what it may do with the worker. */
import { ProblemError } from '../problem'
import type { PolicyView } from '../worker/rpc'
import { GroupPath } from './group_path'
import { MediaPath } from './media_path'
import type { OwnMedia } from './own_media'
import type { Path, PathPort } from './path'
import type { WorkerLink } from './worker_link'

type Told = Pick<PathPort, 'send' | 'channelBroke' | 'refused' | 'trouble' | 'changed'>

export function pathOf(policy: PolicyView | null, own: OwnMedia, link: () => WorkerLink | null, told: Told): Path {
  const present = (): WorkerLink => {
    const there = link()
    if (!there) throw new ProblemError('local.worker-lost')
    return there
  }
  const port: PathPort = {
    ...told,
    worker: () => present().worker,
    tracks: () => own.tracks,
    certificate: async (legId, certificate) =>
      (await link()
        ?.ask({ type: 'leg-certificate', legId, certificate }, [certificate])
        .catch(() => false)) === true,
    legClosed: (legId) => link()?.tell({ type: 'leg-closed', legId }),
    channelMessage: (bytes) => link()?.tell({ type: 'channel-in', bytes }, [bytes]),
    offer: async (legId, sdp) => (await present().ask({ type: 'sfu-offer', legId, sdp })) as string,
    wish: (legId, slots) => link()?.tell({ type: 'sfu-wish', legId, slots }),
  }
  return policy?.topology === 'group' ? new GroupPath(port, policy.capacity) : new MediaPath(port)
}
