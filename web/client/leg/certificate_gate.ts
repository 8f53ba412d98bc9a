/** The certificate that DTLS used, held against the sealed one: once for each leg, as soon as DTLS is up, and never again after the leg was closed. */
export interface GateEvents {
  /** DTLS is up: is this the certificate of the description? */
  certificate(der: ArrayBuffer): Promise<boolean>
  passed(): void
  refused(): void
  /** DTLS closed or failed. */
  ended(): void
}

export class CertificateGate {
  isVerified = false
  private isChecking = false
  private isClosed = false

  constructor(
    private readonly transport: () => RTCDtlsTransport | null,
    private readonly events: GateEvents,
  ) {}

  /** Once there is a transport. */
  watch(): void {
    const transport = this.transport()
    if (transport) {
      transport.onstatechange = () => {
        if (transport.state === 'closed' || transport.state === 'failed') this.events.ended()
        else this.look()
      }
    }
    this.look()
  }

  look(): void {
    void this.check()
  }

  close(): void {
    this.isClosed = true
    this.isVerified = false
    const transport = this.transport()
    if (transport) transport.onstatechange = null
  }

  private async check(): Promise<void> {
    const transport = this.transport()
    if (this.isVerified || this.isChecking || this.isClosed || transport?.state !== 'connected') return
    const der = transport.getRemoteCertificates()[0]
    if (!der) return
    this.isChecking = true
    const isSealed = await this.events.certificate(der.slice(0))
    this.isChecking = false
    if (this.isClosed) return
    if (isSealed) {
      this.isVerified = true
      this.events.passed()
    } else this.events.refused()
  }
}
