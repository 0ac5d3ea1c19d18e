// Replacements for functions of third-party libraries. Our own code calls none of them.

/// Debian's libgit2 reads the whole CA certificate bundle at startup. That takes 5 ms, and staticgo makes no network
/// connections. If libgit2 was built with another TLS library, this function is unused.
int mbedtls_x509_crt_parse_file(void *chain, const char *path);

int mbedtls_x509_crt_parse_file(void *chain, const char *path) {
  (void)chain;
  (void)path;
  return 0;
}

#ifdef STATICGO_STATIC_EXECUTABLE
// Debian has no static archive of MIT Kerberos. libgit2 uses it only for HTTP authentication, which never runs here.
#define GSS_S_UNAVAILABLE (16u << 16)
#define STUB(name)        \
  unsigned int name(void); \
  unsigned int name(void) { return GSS_S_UNAVAILABLE; }

STUB(gss_delete_sec_context)
STUB(gss_display_status)
STUB(gss_import_name)
STUB(gss_indicate_mechs)
STUB(gss_init_sec_context)
STUB(gss_release_buffer)
STUB(gss_release_name)
STUB(gss_release_oid_set)

extern const void *const GSS_C_NT_HOSTBASED_SERVICE;
const void *const GSS_C_NT_HOSTBASED_SERVICE = 0;

/// At startup the Swift runtime looks for its backtracer next to the program. It fails if /proc does not give the
/// program's path, as in a chroot. A release has no backtracer.
const char *swift_copyAuxiliaryExecutablePath(const char *name);

const char *swift_copyAuxiliaryExecutablePath(const char *name) {
  (void)name;
  return 0;
}
#endif
