//! TLS for TURN over TLS: rustls with aws-lc-rs, TLS 1.3 and 1.2, no client certificates, nothing resumed across restarts.
use crate::config::Identity;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection};
use std::sync::{Arc, PoisonError, RwLock};

/// Plaintext that rustls keeps while the socket takes nothing; what is beyond waits in the stream's own buffer.
const TLS_OUT_BYTES_MAX: usize = 64 * 1_024;

/// What TLS listeners show now. Renewing it changes new connections only.
pub(crate) struct Tls(RwLock<Arc<ServerConfig>>);

impl Tls {
    /// Raises a reason, without any key byte, when the PEM cannot be used.
    pub(crate) fn new(identity: &Identity) -> Result<Self, String> {
        Ok(Self(RwLock::new(read(identity)?)))
    }

    /// Shows another certificate from now on.
    pub(crate) fn renew(&self, identity: &Identity) -> Result<(), String> {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = read(identity)?;
        Ok(())
    }

    /// The server's side of a new connection.
    pub(crate) fn accept(&self) -> Result<ServerConnection, rustls::Error> {
        let config = Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner));
        let mut connection = ServerConnection::new(config)?;
        connection.set_buffer_limit(Some(TLS_OUT_BYTES_MAX));
        Ok(connection)
    }
}

fn read(identity: &Identity) -> Result<Arc<ServerConfig>, String> {
    let chain: Vec<_> = CertificateDer::pem_slice_iter(&identity.certificates_pem)
        .collect::<Result<_, _>>()
        .map_err(|_| "the certificate file is not PEM".to_owned())?;
    if chain.is_empty() {
        return Err("the certificate file has no certificate".to_owned());
    }
    // The parser's own words could quote the file.
    let key = PrivateKeyDer::from_pem_slice(&identity.private_key_pem).map_err(|_| "the key file has no private key in PEM".to_owned())?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|error| format!("certificate and key do not fit: {error}"))?;
    Ok(Arc::new(config))
}
