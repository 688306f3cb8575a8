package sql

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

// secretBox encrypts secrets at rest with AES-256-GCM (NIST SP 800-38D) under a
// key that HKDF-SHA256 (RFC 5869) derives from SECRET_SALT. The owner of a
// secret is authenticated with it, so that a ciphertext copied to another agent
// or name does not decrypt.
type secretBox struct{ aead cipher.AEAD }

const secretPrefix = "v1:"

var errNoSalt = errors.New("SECRET_SALT is not set: set it to a long random text, such as `openssl rand -hex 32` prints, " +
	"and keep it; or take the secrets out of the character")

// newSecretBox returns a box. Without a salt it neither seals nor opens.
func newSecretBox(salt string) (*secretBox, error) {
	if salt == "" {
		return &secretBox{}, nil
	}
	key, err := hkdf.Key(sha256.New, []byte(salt), nil, "elizago secrets at rest v1", 32)
	if err != nil {
		return nil, fmt.Errorf("sql: cannot derive a key from SECRET_SALT: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("sql: cannot encrypt: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("sql: cannot encrypt: %w", err)
	}
	return &secretBox{aead}, nil
}

// seal encrypts one secret of an owner.
func (b *secretBox) seal(owner, secret string) (string, error) {
	if b.aead == nil {
		return "", errNoSalt
	}
	nonce := make([]byte, b.aead.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return "", err
	}
	return secretPrefix + base64.StdEncoding.EncodeToString(b.aead.Seal(nonce, nonce, []byte(secret), []byte(owner))), nil
}

// open decrypts what seal made for the same owner.
func (b *secretBox) open(owner, sealed string) (string, error) {
	if b.aead == nil {
		return "", errNoSalt
	}
	encoded, ok := strings.CutPrefix(sealed, secretPrefix)
	if !ok {
		return "", errors.New("it is not encrypted as elizago does")
	}
	data, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || len(data) < b.aead.NonceSize() {
		return "", errors.New("what is stored is damaged")
	}
	secret, err := b.aead.Open(nil, data[:b.aead.NonceSize()], data[b.aead.NonceSize():], []byte(owner))
	if err != nil {
		return "", errors.New("SECRET_SALT is not the one that it was saved with: set that one, or change the salt with `secrets rotate` and that one in SECRET_SALT_OLD")
	}
	return string(secret), nil
}
