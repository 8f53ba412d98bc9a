/** How loud our microphone is, for the meter. Nothing is kept, nothing leaves. */
export class LevelMeter {
  private audio: AudioContext | null = null
  private source: MediaStreamAudioSourceNode | null = null
  private analyser: AnalyserNode | null = null
  private samples = new Float32Array(512)

  listen(track: MediaStreamTrack | null): void {
    this.source?.disconnect()
    this.source = null
    if (!track) {
      void this.audio?.close().catch(() => undefined)
      this.audio = this.analyser = null
      return
    }
    this.audio ??= new AudioContext()
    this.analyser ??= new AnalyserNode(this.audio, { fftSize: 512 })
    this.source = this.audio.createMediaStreamSource(new MediaStream([track]))
    this.source.connect(this.analyser)
  }

  /** 0…1, from -60 dB to full scale. */
  level(): number {
    if (!this.analyser) return 0
    this.analyser.getFloatTimeDomainData(this.samples)
    const power = this.samples.reduce((sum, sample) => sum + sample * sample, 0) / this.samples.length
    return power === 0 ? 0 : Math.min(1, Math.max(0, 1 + (10 * Math.log10(power)) / 60))
  }
}
