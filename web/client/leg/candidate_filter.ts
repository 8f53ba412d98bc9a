/**
 * ICE candidates as they may leave and as they may be used (spec/8-direct.md). Rebuilt from the parts that are needed, never passed on:
 * related addresses, network costs and unknown extensions stay behind.
 */
const FORM = /^candidate:(\S{1,32}) ([12]) (udp|tcp) (\d{1,10}) (\S{1,64}) (\d{1,5}) typ (host|srflx|prflx|relay)((?: \S+ \S+)*)\s*$/i
const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/
const IPV6 = /^[0-9a-f:.]*:[0-9a-f:.]*$/i
const MDNS = /^[0-9a-z-]{1,58}\.local$/i

/** Null: not to be used. `relayOnly`: nothing but the relay's address. */
export function filterCandidate(line: string, relayOnly: boolean): string | null {
  const [, foundation, component, protocol, priority, address, port, type, extensions] = FORM.exec(line.replace(/^a=/, '')) ?? []
  if (address === undefined || type === undefined || protocol === undefined || Number(port) > 65_535) return null
  if (!IPV4.test(address) && !IPV6.test(address) && !MDNS.test(address)) return null
  const kind = type.toLowerCase()
  if (kind === 'prflx' || (relayOnly && kind !== 'relay')) return null
  const pairs = (extensions ?? '').trim().split(/\s+/)
  const value = (name: string): string | undefined => {
    const at = pairs.findIndex((word, i) => i % 2 === 0 && word.toLowerCase() === name)
    return at < 0 ? undefined : pairs[at + 1]
  }
  const related = kind === 'host' ? '' : ' raddr 0.0.0.0 rport 0'
  const tcptype = value('tcptype')
  const ufrag = value('ufrag')
  return `candidate:${foundation} ${component} ${protocol.toLowerCase()} ${priority} ${address} ${port} typ ${kind}${related}${tcptype ? ` tcptype ${tcptype}` : ''}${ufrag ? ` ufrag ${ufrag}` : ''}`
}
