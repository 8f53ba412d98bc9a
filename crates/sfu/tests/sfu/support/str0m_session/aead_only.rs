//! DTLS that never hands out keys for SRTP without AEAD: str0m would also take `AES128_CM_SHA1_80`, and has no setting for it.
use std::sync::{Arc, OnceLock};
use std::time::Instant;
use str0m::crypto::dtls::{DtlsCert, DtlsImplError, DtlsInstance, DtlsOutput, DtlsProvider, DtlsVersion, ProtocolVersion, SrtpProfile};
use str0m::crypto::{CryptoError, CryptoProvider, from_feature_flags};

/// str0m's cryptography with this DTLS.
pub(super) fn provider() -> Arc<CryptoProvider> {
    static ONCE: OnceLock<Arc<CryptoProvider>> = OnceLock::new();
    Arc::clone(ONCE.get_or_init(|| {
        let usual = from_feature_flags();
        // Once per process; what must be static is never given back.
        let dtls_provider: &'static AeadOnly = Box::leak(Box::new(AeadOnly(usual.dtls_provider)));
        Arc::new(CryptoProvider { dtls_provider, ..usual })
    }))
}

#[derive(Debug)]
struct AeadOnly(&'static dyn DtlsProvider);

impl DtlsProvider for AeadOnly {
    fn generate_certificate(&self) -> Option<DtlsCert> {
        self.0.generate_certificate()
    }

    fn new_dtls(&self, cert: &DtlsCert, now: Instant, version: DtlsVersion, mtu: Option<usize>) -> Result<Box<dyn DtlsInstance>, CryptoError> {
        let inner = self.0.new_dtls(cert, now, version, mtu)?;
        Ok(Box::new(Guarded { inner, refused: false }))
    }
}

#[derive(Debug)]
struct Guarded {
    inner: Box<dyn DtlsInstance>,
    refused: bool,
}

impl DtlsInstance for Guarded {
    fn set_active(&mut self, active: bool) {
        self.inner.set_active(active);
    }

    fn handle_packet(&mut self, packet: &[u8]) -> Result<(), DtlsImplError> {
        self.inner.handle_packet(packet)
    }

    fn poll_output<'a>(&mut self, buf: &'a mut [u8]) -> DtlsOutput<'a> {
        match self.inner.poll_output(buf) {
            DtlsOutput::KeyingMaterial(_, SrtpProfile::AES128_CM_SHA1_80) => {
                self.refused = true;
                DtlsOutput::CloseNotify
            }
            other => other,
        }
    }

    fn handle_timeout(&mut self, now: Instant) -> Result<(), DtlsImplError> {
        self.inner.handle_timeout(now)
    }

    fn send_application_data(&mut self, data: &[u8]) -> Result<usize, DtlsImplError> {
        self.inner.send_application_data(data)
    }

    fn is_active(&self) -> bool {
        self.inner.is_active()
    }

    fn protocol_version(&self) -> Option<ProtocolVersion> {
        self.inner.protocol_version()
    }

    fn is_closing(&self) -> bool {
        self.refused || self.inner.is_closing()
    }

    fn is_closed(&self) -> bool {
        self.refused || self.inner.is_closed()
    }

    fn close(&mut self) -> Result<(), DtlsImplError> {
        self.inner.close()
    }
}
