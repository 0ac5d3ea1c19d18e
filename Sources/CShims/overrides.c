// What of other people's libraries we replace. Nothing here is called by our own code.

/// Debian's libgit2 reads the whole bundle of certificate authorities at its start, 5 ms for connections that are never
/// made: staticgo does not open the network. Where libgit2 was built with another TLS library, nothing refers to this.
int mbedtls_x509_crt_parse_file(void *chain, const char *path);

int mbedtls_x509_crt_parse_file(void *chain, const char *path) {
  (void)chain;
  (void)path;
  return 0;
}

#ifdef STATICGO_STATIC_EXECUTABLE
// Debian has no static archive of MIT Kerberos. libgit2 asks for it in HTTP authentication, which is never reached.
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

/// Swift's runtime looks for its backtracer beside the program when it starts, and gives up where /proc does not say
/// where that is, as in a chroot. A release has no backtracer.
const char *swift_copyAuxiliaryExecutablePath(const char *name);

const char *swift_copyAuxiliaryExecutablePath(const char *name) {
  (void)name;
  return 0;
}
#endif
