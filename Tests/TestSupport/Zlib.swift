/// Returns a zlib stream of one stored block (RFC 1950, 1951), which holds up to 65,535 bytes.
package func storedStream(_ content: [UInt8]) -> [UInt8] {
  var (a, b): (UInt32, UInt32) = (1, 0)
  for byte in content { (a, b) = ((a + UInt32(byte)) % 65521, (b + a + UInt32(byte)) % 65521) }
  let length = UInt16(content.count)
  let lengths = [UInt8(length & 255), UInt8(length >> 8), UInt8(~length & 255), UInt8(~length >> 8)]
  return [0x78, 0x01, 0x01] + lengths + content + [UInt8(b >> 8), UInt8(b & 255), UInt8(a >> 8), UInt8(a & 255)]
}
