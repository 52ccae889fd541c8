/* X25519 without libsodium's 30 KB table of multiples of the base point, which nothing compresses: the public
 * key of a secret is computed by the same ladder as everything else (RFC 7748, section 6.1: X25519(secret,
 * 9)). A key pair is made once for a sealing and once for a platform's secret, so the time it saves is of no
 * use here. libsodium's own checks around it stay as they are. */

#define crypto_scalarmult_curve25519_ref10_implementation byok_unused_x25519_with_table
#include "crypto_scalarmult/curve25519/ref10/x25519_ref10.c"
#undef crypto_scalarmult_curve25519_ref10_implementation

static int multiply_base(unsigned char* product, const unsigned char* secret) {
    static const unsigned char base_point[32] = {9};
    return crypto_scalarmult_curve25519_ref10(product, secret, base_point);
}

struct crypto_scalarmult_curve25519_implementation crypto_scalarmult_curve25519_ref10_implementation = {
    crypto_scalarmult_curve25519_ref10, multiply_base};
