/*
 * gcc -O3 -march=native limit.c -o limit && ./limit FILE
 *
 * The physical limit that the log reader is measured against: one thread of C over the log of reader.ts, memchr
 * and the same sums per host and minute (requests, bytes in and out, statuses by class, slow, slowest, 32
 * buckets). It trusts every byte: no field is checked, no client counted, no mark known, no minute told.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { chunk = 1 << 20, names = 1 << 14, groups = 1 << 21, width = 48 };
struct name { const char *at; uint32_t hash, length; int minute, record; };
struct group { int64_t key; int record; };

static struct name hosts[names];
static int table[names], host_count, record_count, capacity = 1 << 14;
static struct group *by_key;
static int32_t *words;
static double *bytes;
static uint8_t bucket[65536];
static char kept[1 << 20], *kept_end = kept;

static int record_of(int host, int minute) {
  int64_t key = (int64_t)host << 32 | (uint32_t)minute;
  size_t i = ((uint64_t)key * 0x9E3779B97F4A7C15u) >> 43;
  while (by_key[i].record >= 0 && by_key[i].key != key) i = (i + 1) & (groups - 1);
  if (by_key[i].record < 0) {
    if (record_count == capacity) {
      words = realloc(words, (size_t)capacity * 2 * width * 4);
      bytes = realloc(bytes, (size_t)capacity * 2 * 16);
      memset(words + (size_t)capacity * width, 0, (size_t)capacity * width * 4);
      memset(bytes + (size_t)capacity * 2, 0, (size_t)capacity * 16);
      capacity *= 2;
    }
    by_key[i] = (struct group){key, record_count++};
  }
  hosts[host].minute = minute;
  return hosts[host].record = by_key[i].record;
}

static int host_of(const char *at, uint32_t length) {
  uint32_t hash = 0;
  for (uint32_t i = 0; i + 8 <= length; i += 8) {
    uint64_t word;
    memcpy(&word, at + i, 8);
    hash = (hash ^ word ^ word >> 32) * 0x9E3779B1u;
  }
  uint64_t last;
  memcpy(&last, length >= 8 ? at + length - 8 : at, 8);
  if (length < 8) last &= ~0ull >> (64 - 8 * length);
  hash = (hash ^ last ^ last >> 32) * 0x85EBCA6Bu;
  for (uint32_t i = (hash ^ hash >> 16) & (names - 1);; i = (i + 1) & (names - 1)) {
    int host = table[i];
    if (host < 0) {
      memcpy(kept_end, at, length);
      hosts[host_count] = (struct name){kept_end, hash, length, -1, -1};
      kept_end += length;
      return table[i] = host_count++;
    }
    struct name *known = &hosts[host];
    if (known->hash == hash && known->length == length && memcmp(known->at, at, length) == 0) return host;
  }
}

static const char *whole(const char *at, int64_t *value) {
  int64_t sum = 0;
  while (*at >= '0') sum = sum * 10 + *at++ - '0';
  *value = sum;
  return at + 1;
}

/* 1.234 in ms; - is -1. */
static const char *ms(const char *at, int64_t *value) {
  if (*at == '-') { *value = -1; return at + 2; }
  at = whole(at, value);
  *value = *value * 1000 + (at[0] - '0') * 100 + (at[1] - '0') * 10 + at[2] - '0';
  return at + 4;
}

static void line(const char *at, const char *end) {
  const char *tab = memchr(at, '\t', end - at);
  int host = host_of(at, tab - at);
  int64_t ended, duration, head, up, took, in, out;
  at = ms(ms(ms(ms(ms(tab + 1, &ended), &duration), &head), &up), &took);
  int status = *at - '0';
  at = whole(whole(at + 4, &in), &out);
  int64_t value = up >= 0 ? up : head >= 0 ? head : duration;
  int minute = (head < 0 ? ended : ended - duration + head) / 60000;
  int record = hosts[host].minute == minute ? hosts[host].record : record_of(host, minute);
  int32_t *sums = words + (size_t)record * width;
  sums[0]++;
  sums[1] += value > 1500;
  if (value > sums[2]) sums[2] = value;
  sums[3 + (status > 5 ? 0 : status)]++;
  sums[9 + bucket[value < 65535 ? value : 65535]]++;
  bytes[record * 2] += in;
  bytes[record * 2 + 1] += out;
}

int main(int count, char **arguments) {
  static char buffer[chunk + 65536];
  int file = count > 1 ? open(arguments[1], O_RDONLY) : -1;
  if (file < 0) return 2;
  words = calloc((size_t)capacity * width, 4);
  bytes = calloc((size_t)capacity * 2, 8);
  by_key = malloc(groups * sizeof *by_key);
  for (size_t i = 0; i < groups; i++) by_key[i].record = -1;
  memset(table, -1, sizeof table);
  for (int i = 1; i < 65536; i++) bucket[i] = fmin(31, ceil(2 * log2(i)));
  size_t have = 0;
  for (ssize_t got; (got = read(file, buffer + have, chunk)) > 0;) {
    const char *at = buffer, *end = buffer + have + got, *last = memrchr(buffer, '\n', end - buffer);
    while (last != NULL && at <= last) {
      const char *next = memchr(at, '\n', end - at);
      line(at, next);
      at = next + 1;
    }
    have = end - at;
    memmove(buffer, at, have);
  }
  int64_t all = 0, slow = 0;
  double out = 0;
  for (int i = 0; i < record_count; i++) {
    all += words[(size_t)i * width];
    slow += words[(size_t)i * width + 1];
    out += bytes[i * 2 + 1];
  }
  printf("%d %ld %ld %.0f\n", record_count, (long)all, (long)slow, out);
}
