import { AssignerProtocol, type PartitionAssigner } from "kafkajs";
import { assignSticky } from "./sticky-assignment.ts";

const VERSION = 1;

/**
 * kafkajs's plug for the assignment: members tell in their metadata what they have, and the leader
 * divides by that. `owned` is asked at each join.
 */
export function stickyAssigner(owned: () => Record<string, number[]>): PartitionAssigner {
  return ({ cluster }) => ({
    name: "pulse-sticky",
    version: VERSION,
    protocol({ topics }) {
      const userData = Buffer.from(JSON.stringify(owned()));
      const metadata = AssignerProtocol.MemberMetadata.encode({
        version: VERSION,
        topics,
        userData,
      });
      return { name: "pulse-sticky", metadata };
    },
    assign({ members, topics }) {
      const claimants = members.map(({ memberId, memberMetadata }) => ({
        id: memberId,
        owned: toOwned(AssignerProtocol.MemberMetadata.decode(memberMetadata)?.userData),
      }));
      const partitions = Object.fromEntries(
        topics.map((topic) => [
          topic,
          cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId),
        ]),
      );
      const assigned = [...assignSticky(claimants, partitions)].map(([memberId, assignment]) => ({
        memberId,
        memberAssignment: AssignerProtocol.MemberAssignment.encode({
          version: VERSION,
          assignment,
          userData: Buffer.alloc(0),
        }),
      }));
      return Promise.resolve(assigned);
    },
  });
}

/** A claim nobody can read is no claim. */
function toOwned(userData: Buffer | undefined): Record<string, number[]> {
  try {
    const claim: unknown = JSON.parse(String(userData));
    if (typeof claim !== "object" || claim === null) return {};
    return Object.fromEntries(
      Object.entries(claim).map(([topic, partitions]) => [
        topic,
        Array.isArray(partitions) ? partitions.filter(Number.isInteger) : [],
      ]),
    );
  } catch {
    return {};
  }
}
