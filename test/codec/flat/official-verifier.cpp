// Reads buffers, each with its length in 32 bits and its root's number in 8 in front, and prints 1 for each that the official
// verifier takes, with its default limits, and 0 for the others.
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>

#include "book_generated.h"
#include "world_generated.h"

static bool isSound(flatbuffers::Verifier verifier, int root) {
  switch (root) {
    case 0: return verifier.VerifyBuffer<world::World>("WRLD");
    case 1: return verifier.VerifyBuffer<world::Numbered>(nullptr);
    case 2: return verifier.VerifyBuffer<book::Quote>(nullptr);
    case 3: return verifier.VerifyBuffer<book::Directory>(nullptr);
  }
  return false;
}

int main() {
  uint8_t head[5];
  while (std::fread(head, 1, sizeof head, stdin) == sizeof head) {
    uint32_t length;
    std::memcpy(&length, head, sizeof length);
    // Memory of the exact size, so that a tool that watches memory notices what is read outside of it.
    std::unique_ptr<uint8_t[]> bytes(new uint8_t[length]);
    if (std::fread(bytes.get(), 1, length, stdin) != length) return 1;
    std::putchar(isSound(flatbuffers::Verifier(bytes.get(), length), head[4]) ? '1' : '0');
  }
}
