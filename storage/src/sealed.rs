//! Secrets at rest: XChaCha20-Poly1305 under the installation's one master key.
//!
//! A sealed value is `version (1 byte) | nonce (24) | ciphertext and tag`. What is authenticated beside it is the place
//! it stands in, `account|table|id`, so that a value copied to another row, by accident or on purpose, does not open.

use crate::{Db, StorageError, entities::setting};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use domain::hops::HopSigner;
use domain::ids::AccountId;
use domain::secret::SecretText;
use hmac::{Hmac, Mac};
use rand::TryRngCore;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, EntityTrait};
use sha2::Sha256;
use uuid::Uuid;
use zeroize::Zeroizing;

const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;
/// First byte of every sealed value: which algorithm and key opens it.
const FORMAT: u8 = 1;

/// The 32 bytes that open every secret of the installation. Wiped when dropped, printed as `***`.
pub struct MasterKey(Zeroizing<[u8; KEY_BYTES]>);

/// Where a sealed value stands; it opens nowhere else.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) account_id: AccountId,
    pub(crate) table: &'static str,
    pub(crate) id: Uuid,
}

impl Place {
    fn to_bytes(self) -> Vec<u8> {
        format!("{}|{}|{}", self.account_id, self.table, self.id).into_bytes()
    }
}

impl MasterKey {
    /// Reads base64 (with or without padding, surrounding space ignored) of exactly 32 bytes.
    ///
    /// # Errors
    /// [`StorageError::Refused`] for anything else.
    pub fn from_base64(text: &str) -> Result<Self, StorageError> {
        let refused = || StorageError::Refused("the master key must be base64 of 32 bytes".into());
        let padded = Zeroizing::new(format!("{:=<44}", text.trim().trim_end_matches('=')));
        let bytes = Zeroizing::new(STANDARD.decode(padded.as_bytes()).map_err(|_| refused())?);
        let key: [u8; KEY_BYTES] = bytes.as_slice().try_into().map_err(|_| refused())?;
        Ok(Self(Zeroizing::new(key)))
    }

    /// A new random key.
    #[must_use]
    pub fn generate() -> Self {
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        fill_with_randomness(key.as_mut_slice());
        Self(key)
    }

    /// The key as [`MasterKey::from_base64`] reads it, to be kept in a file only the server can read.
    #[must_use]
    pub fn to_base64(&self) -> SecretText {
        SecretText::new(STANDARD.encode(self.0.as_slice()))
    }

    pub(crate) fn seal(&self, place: Place, secret: &SecretText) -> Vec<u8> {
        let mut nonce = [0; NONCE_BYTES];
        fill_with_randomness(&mut nonce);
        let payload = Payload { msg: secret.reveal().as_bytes(), aad: &place.to_bytes() };
        let sealed = self
            .cipher()
            .encrypt(&XNonce::from(nonce), payload)
            .expect("a secret is far shorter than the 256 GiB the cipher takes");
        [&[FORMAT], nonce.as_slice(), &sealed].concat()
    }

    /// # Errors
    /// [`StorageError::Corrupt`] when the key is another one, or the value was changed or stands elsewhere.
    pub(crate) fn open(&self, place: Place, sealed: &[u8]) -> Result<SecretText, StorageError> {
        let corrupt = || {
            StorageError::Corrupt(format!(
                "the secret of {} {} does not open with this master key",
                place.table, place.id
            ))
        };
        let (&[format], rest) = sealed.split_first_chunk::<1>().ok_or_else(corrupt)?;
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE_BYTES>().ok_or_else(corrupt)?;
        if format != FORMAT {
            return Err(StorageError::Corrupt(format!(
                "the secret of {} {} has the unknown format {format}",
                place.table, place.id
            )));
        }
        let payload = Payload { msg: ciphertext, aad: &place.to_bytes() };
        let opened = self.cipher().decrypt(&XNonce::from(*nonce), payload).map_err(|_| corrupt())?;
        String::from_utf8(opened).map(SecretText::new).map_err(|_| corrupt())
    }

    /// A key for another purpose than sealing, from which this one cannot be told.
    fn derive(&self, purpose: &str) -> Zeroizing<[u8; KEY_BYTES]> {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(self.0.as_slice()).expect("HMAC takes keys of any length");
        mac.update(purpose.as_bytes());
        Zeroizing::new(mac.finalize().into_bytes().into())
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.0).into())
    }
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

pub(crate) fn fill_with_randomness(bytes: &mut [u8]) {
    rand::rngs::OsRng.try_fill_bytes(bytes).expect("the operating system gives randomness");
}

const CHECK_KEY: &str = "master_key_check";
const CHECK_PLACE: Place = Place { account_id: AccountId(Uuid::nil()), table: "settings", id: Uuid::nil() };

impl Db {
    /// What marks the hops of events: a secret of the installation, the same in all its processes.
    #[must_use]
    pub fn hop_signer(&self) -> HopSigner {
        HopSigner::new(&self.master_key.derive("hops of events"))
    }

    /// Refuses a master key other than the one this database was first opened with. Call it at boot, once migrated.
    ///
    /// # Errors
    /// [`StorageError::Corrupt`] when it is another one.
    pub async fn check_master_key(&self) -> Result<(), StorageError> {
        let value = self.master_key.seal(CHECK_PLACE, &SecretText::new(CHECK_KEY));
        setting::Entity::insert(setting::ActiveModel { key: Set(CHECK_KEY.into()), value: Set(value) })
            .on_conflict(OnConflict::column(setting::Column::Key).do_nothing().to_owned())
            .try_insert()
            .exec_without_returning(&self.writer)
            .await?;
        #[expect(clippy::disallowed_methods, reason = "settings belong to the installation, to no account")]
        let stored = setting::Entity::find_by_id(CHECK_KEY).one(&self.writer).await?;
        let stored = stored.ok_or(StorageError::NotFound)?;
        self.master_key.open(CHECK_PLACE, &stored.value).map(drop).map_err(|_| {
            StorageError::Corrupt("the master key is not the one this database was sealed with".into())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(id: u128) -> Place {
        Place { account_id: AccountId(Uuid::from_u128(1)), table: "sources", id: Uuid::from_u128(id) }
    }

    #[test]
    fn a_secret_opens_only_where_it_was_sealed_and_with_its_key() {
        let key = MasterKey::generate();
        let sealed = key.seal(place(7), &SecretText::new("hush"));
        assert_eq!(key.open(place(7), &sealed).expect("its own place").reveal(), "hush");
        assert!(matches!(key.open(place(8), &sealed), Err(StorageError::Corrupt(_))));
        assert!(matches!(MasterKey::generate().open(place(7), &sealed), Err(StorageError::Corrupt(_))));
        for cut in [0, 1, 20, sealed.len() - 1] {
            assert!(
                matches!(key.open(place(7), &sealed[..cut]), Err(StorageError::Corrupt(_))),
                "{cut} bytes"
            );
        }
    }

    #[test]
    fn the_same_secret_is_never_sealed_alike_twice() {
        let key = MasterKey::generate();
        assert_ne!(
            key.seal(place(7), &SecretText::new("hush")),
            key.seal(place(7), &SecretText::new("hush"))
        );
    }

    #[test]
    fn a_key_survives_base64_and_other_lengths_are_refused() {
        let key = MasterKey::generate();
        let text = key.to_base64();
        let again = MasterKey::from_base64(&format!(" {}\n", text.reveal())).expect("its own base64");
        assert_eq!(again.0, key.0);
        assert!(MasterKey::from_base64(text.reveal().trim_end_matches('=')).is_ok());
        for wrong in ["", "short", "AAAA", &text.reveal().repeat(2)] {
            assert!(matches!(MasterKey::from_base64(wrong), Err(StorageError::Refused(_))), "{wrong}");
        }
        assert_eq!(format!("{key:?}"), "***");
    }
}
