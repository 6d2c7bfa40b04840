#!/usr/bin/env python3
"""Print a Terraform plan of N resources (default 5000, about 20 MB), the same bytes every time.

usage: gen-plan.py [N]

AWS-like: instances, buckets, security groups, databases, policies, volumes, queues and functions; most are created, some
are updated, replaced, deleted or left alone.  A few break common rules (a public bucket, a port open to the world), and a
few hold a secret: "planted-..." texts that must appear in no output.
"""
import json
import sys

TYPES = ("aws_instance", "aws_s3_bucket", "aws_security_group", "aws_db_instance", "aws_iam_policy", "aws_ebs_volume",
         "aws_sqs_queue", "aws_lambda_function")
ACTIONS = (["create"],) * 5 + (["update"], ["update"], ["no-op"], ["delete"], ["delete", "create"])
REGIONS = ("us-east-1", "eu-west-1", "ap-southeast-2")


def common(i, kind):
    tags = {"CostCenter": str(4000 + i % 40), "Environment": ("prod", "staging", "dev")[i % 3],
            "Name": "%s-%d" % (kind.replace("_", "-"), i), "Owner": "team-%d" % (i % 17)}
    return {
        "arn": "arn:aws:%s:%s:123456789012:%s/%06d" % (kind.split("_")[1], REGIONS[i % 3], kind, i),
        "description": "Resource %d of the load test, owned by team %d; see the runbook before changing it" % (i, i % 17),
        "id": "%s-%06d" % (kind, i),
        "alarm_actions": ["arn:aws:sns:%s:123456789012:alarms-%d-%d" % (REGIONS[i % 3], i % 17, k) for k in range(4)],
        "metric_filter": [{"name": "%s-%s" % (kind, word), "pattern": "{ ($.level = %s) && ($.id = %d) }" % (word, i),
                           "threshold": 10 * i % 97, "treat_missing_data": None} for word in ("warn", "error", "fatal")],
        "tags": tags, "tags_all": dict(tags, ManagedBy="terraform", Repository="https://git.example.com/platform/stack"),
        "timeouts": {"create": "30m", "delete": "15m", "update": None},
    }


def instance(i):
    return {"ami": "ami-%017x" % (i * 2654435761 % 16 ** 17), "associate_public_ip_address": i % 9 == 0,
            "instance_type": ("t3.micro", "m5.large", "c6i.4xlarge")[i % 3], "monitoring": i % 2 == 0,
            "root_block_device": [{"encrypted": i % 7 != 0, "iops": 3000, "volume_size": 20 + i % 200,
                                   "volume_type": "gp3"}],
            "subnet_id": "subnet-%017x" % (i * 40503 % 16 ** 17),
            "user_data": "#!/bin/sh\nset -e\nexport DB_PASSWORD=planted-userdata-%d\nexec /opt/app --id %d\n" % (i, i)
            if i % 400 == 0 else "#!/bin/sh\nset -e\nexec /opt/app --id %d --region %s\n" % (i, REGIONS[i % 3])}


def bucket(i):
    return {"acl": "public-read" if i % 30 == 1 else "private", "bucket": "load-test-bucket-%d" % i, "force_destroy": False,
            "lifecycle_rule": [{"enabled": True, "expiration": [{"days": 30 + i % 60}], "id": "expire", "prefix": "logs/"}],
            "versioning": [{"enabled": i % 2 == 0, "mfa_delete": False}]}


def group(i):
    return {"egress": [{"cidr_blocks": ["0.0.0.0/0"], "from_port": 0, "protocol": "-1", "to_port": 0}],
            "ingress": [{"cidr_blocks": ["0.0.0.0/0" if i % 20 == 2 else "10.%d.0.0/16" % (i % 250)], "from_port": p,
                         "protocol": "tcp", "to_port": p} for p in (22, 443, 8080)],
            "vpc_id": "vpc-%017x" % (i * 7919 % 16 ** 17)}


def database(i):
    return {"allocated_storage": 100 + i % 900, "engine": "postgres", "engine_version": "16.%d" % (i % 5),
            "instance_class": "db.m6g.large", "multi_az": i % 2 == 0, "password": "planted-database-%d" % i,
            "publicly_accessible": i % 25 == 3, "storage_encrypted": i % 4 != 3, "username": "app"}


def policy(i):
    return {"name": "policy-%d" % i, "path": "/", "policy": json.dumps({"Statement": [
        {"Action": ["s3:GetObject", "s3:ListBucket"] if i % 16 else "*", "Effect": "Allow",
         "Resource": "arn:aws:s3:::load-test-bucket-%d/*" % i if i % 16 else "*"}], "Version": "2012-10-17"})}


def volume(i):
    return {"availability_zone": REGIONS[i % 3] + "a", "encrypted": i % 5 != 0, "iops": 3000, "size": 10 + i % 500,
            "type": "gp3"}


def queue(i):
    return {"delay_seconds": 0, "kms_master_key_id": None, "message_retention_seconds": 345600, "name": "queue-%d" % i,
            "sqs_managed_sse_enabled": i % 3 == 0, "visibility_timeout_seconds": 30 + i % 90}


def function(i):
    return {"architectures": ["arm64"], "environment": [{"variables": {
        "API_TOKEN": "planted-function-%d" % i, "LOG_LEVEL": "info", "QUEUE_URL":
        "https://sqs.%s.amazonaws.com/123456789012/queue-%d" % (REGIONS[i % 3], i)}}], "function_name": "function-%d" % i,
            "handler": "index.handler", "memory_size": 128 * (1 + i % 8), "runtime": "python3.12", "timeout": 30}


MAKERS = (instance, bucket, group, database, policy, volume, queue, function)
MARKS = {3: {"password": True}, 7: {"environment": [{"variables": True}]}}


def values(i, changed):
    k = i % 8
    v = common(i, TYPES[k])
    v.update(MAKERS[k](i))
    if changed:
        v["description"] += " (old)"
    return dict(sorted(v.items()))


def change(i):
    k = i % 8
    actions = ACTIONS[(i // 8) % 10]
    before = None if actions == ["create"] else values(i, actions == ["update"])
    after = None if actions == ["delete"] else values(i, False)
    return {"address": 'module.stack["s%d"].%s.r%d' % (i % 50, TYPES[k], i), "module_address": 'module.stack["s%d"]' % (i % 50),
            "mode": "managed", "type": TYPES[k], "name": "r%d" % i,
            "provider_name": "registry.terraform.io/hashicorp/aws",
            "change": {"actions": actions, "before": before, "after": after,
                       "after_unknown": {"id": True, "tags": {}} if before is None else {},
                       "before_sensitive": MARKS.get(k, {}) if before else False,
                       "after_sensitive": MARKS.get(k, {}) if after else False}}


def state(c, v):
    return {"address": c["address"], "mode": "managed", "type": c["type"], "name": c["name"],
            "provider_name": c["provider_name"], "schema_version": 1, "values": v,
            "sensitive_values": c["change"]["after_sensitive"] or {}}


def member(out, head, items):
    out.write(head)
    for n, item in enumerate(items):
        out.write("," if n else "")
        json.dump(item, out, separators=(",", ":"))


def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    out = sys.stdout
    out.write('{"format_version":"1.2","terraform_version":"1.11.4","variables":{"admin_password":{"value":'
              '"planted-variable-0"},"region":{"value":"us-east-1"}},"planned_values":{"outputs":{"admin":{"sensitive":true,"type":"string","value":'
              '"planted-output-0"}},')
    member(out, '"root_module":{"resources":[', (state(c, c["change"]["after"]) for c in map(change, range(n))
                                                 if c["change"]["after"]))
    member(out, ']}},"resource_changes":[', map(change, range(n)))
    out.write('],"output_changes":{"admin":{"actions":["create"],"before":null,"after":"planted-output-0",'
              '"after_unknown":false,"before_sensitive":true,"after_sensitive":true}},"prior_state":{"format_version":"1.0","terraform_version":'
              '"1.11.4","values":{')
    member(out, '"root_module":{"resources":[', (state(c, c["change"]["before"]) for c in map(change, range(n))
                                                 if c["change"]["before"]))
    member(out, ']}}},"configuration":{"provider_config":{"aws":{"name":"aws","full_name":'
           '"registry.terraform.io/hashicorp/aws","version_constraint":"~> 5.0","expressions":{"secret_key":{"constant_value":'
           '"planted-provider-0"}}}},"root_module":{"variables":{"admin_password":{"sensitive":true}},"resources":[',
           ({"address": "%s.r%d" % (TYPES[i % 8], i), "mode": "managed", "type": TYPES[i % 8], "name": "r%d" % i,
             "provider_config_key": "aws", "expressions": {"tags": {"references": ["local.tags", "var.region"]},
                                                           "description": {"constant_value": "Resource %d" % i}},
             "schema_version": 1} for i in range(n)))
    out.write(']}},"timestamp":"2026-03-01T09:30:00Z","applyable":true,"complete":true,"errored":false}\n')


if __name__ == "__main__":
    main()
