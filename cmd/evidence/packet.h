/* packet: its kinds, one file a family. */
#ifndef DX_CMD_EVIDENCE_PACKET_H
#define DX_CMD_EVIDENCE_PACKET_H

#include "op/session.h"
#include "tool/tool.h"

/* Of the event in the operands behind the kind; output: where pack.json goes, NULL: nowhere. */
enum dx_exit	dx_packet_deal(struct dx_call *c, struct dx_session_options *so, const char *output);

#endif
